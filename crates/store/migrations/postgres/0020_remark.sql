-- What people say of a problem: notes, and "this is wrong", which stands until a newer reading, a person or the end of
-- the problem settles it. It never closes a problem.
CREATE TABLE remark (
    id UUID NOT NULL,
    school UUID NOT NULL,
    pack TEXT COLLATE "C" NOT NULL,
    control TEXT COLLATE "C" NOT NULL,
    -- The nil id stands for the control as a whole.
    subject UUID NOT NULL,
    nature TEXT COLLATE "C" NOT NULL CHECK (nature IN ('note', 'doubt')),
    said TEXT COLLATE "C" NOT NULL,
    look_by TEXT COLLATE "C",
    actor TEXT COLLATE "C" NOT NULL,
    said_at BIGINT NOT NULL,
    settled_at BIGINT,
    settled_by TEXT COLLATE "C",
    settled_because TEXT COLLATE "C" CHECK (settled_because IN ('reading', 'person', 'over')),
    CONSTRAINT remark_id PRIMARY KEY (id),
    FOREIGN KEY (school) REFERENCES school (id)
);
CREATE INDEX remark_school_pack_control_subject ON remark (school, pack, control, subject);
-- One at a time for each problem.
CREATE UNIQUE INDEX remark_open_doubt ON remark (school, pack, control, subject) WHERE nature = 'doubt' AND settled_at IS NULL;
