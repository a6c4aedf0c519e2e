-- What people say of a problem: notes, and "this is wrong", which stands until a newer reading, a person or the end of
-- the problem settles it. It never closes a problem.
CREATE TABLE remark (
    id BLOB NOT NULL,
    school BLOB NOT NULL,
    pack TEXT NOT NULL,
    control TEXT NOT NULL,
    -- The nil id stands for the control as a whole.
    subject BLOB NOT NULL,
    nature TEXT NOT NULL CHECK (nature IN ('note', 'doubt')),
    said TEXT NOT NULL,
    look_by TEXT,
    actor TEXT NOT NULL,
    said_at INTEGER NOT NULL,
    settled_at INTEGER,
    settled_by TEXT,
    settled_because TEXT CHECK (settled_because IN ('reading', 'person', 'over')),
    CONSTRAINT remark_id PRIMARY KEY (id),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
CREATE INDEX remark_school_pack_control_subject ON remark (school, pack, control, subject);
-- One at a time for each problem.
CREATE UNIQUE INDEX remark_open_doubt ON remark (school, pack, control, subject) WHERE nature = 'doubt' AND settled_at IS NULL;
