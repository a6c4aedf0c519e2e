-- Starting by sections: what is started or planned, who does what, what does not apply here; how a list is known to be
-- complete; and what a school's calendar said before.
ALTER TABLE census ADD COLUMN how TEXT COLLATE "C";
ALTER TABLE census ADD COLUMN holds_none BOOLEAN NOT NULL DEFAULT FALSE;

-- A policy with rows here goes by sections: one without a row in it is not started. One without rows is started whole.
CREATE TABLE section (
    school UUID NOT NULL,
    pack TEXT COLLATE "C" NOT NULL,
    section TEXT COLLATE "C" NOT NULL,
    planned_on TEXT COLLATE "C",
    started_at BIGINT,
    actor TEXT COLLATE "C" NOT NULL,
    set_at BIGINT NOT NULL,
    CONSTRAINT section_school_pack_section PRIMARY KEY (school, pack, section),
    FOREIGN KEY (school) REFERENCES school (id)
);

-- Who does something about a control here, and by when what was open at the start is fixed.
CREATE TABLE task_owner (
    school UUID NOT NULL,
    pack TEXT COLLATE "C" NOT NULL,
    control TEXT COLLATE "C" NOT NULL,
    owner TEXT COLLATE "C" NOT NULL,
    deputy TEXT COLLATE "C",
    fix_by TEXT COLLATE "C",
    open_count BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    set_at BIGINT NOT NULL,
    CONSTRAINT task_owner_school_pack_control PRIMARY KEY (school, pack, control),
    FOREIGN KEY (school) REFERENCES school (id)
);

CREATE TABLE not_here (
    id UUID NOT NULL,
    school UUID NOT NULL,
    pack TEXT COLLATE "C" NOT NULL,
    clause TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    review_on TEXT COLLATE "C" NOT NULL,
    asked_at BIGINT NOT NULL,
    asked_by TEXT COLLATE "C" NOT NULL,
    agreed_at BIGINT,
    agreed_by TEXT COLLATE "C",
    ended_at BIGINT,
    ended_by TEXT COLLATE "C",
    ended_because TEXT COLLATE "C" CHECK (ended_because IN ('declined', 'withdrawn', 'entry', 'review')),
    CONSTRAINT not_here_id PRIMARY KEY (id),
    FOREIGN KEY (school) REFERENCES school (id)
);
-- One at a time for each statement.
CREATE UNIQUE INDEX not_here_school_pack_clause ON not_here (school, pack, clause) WHERE ended_at IS NULL;

CREATE TABLE calendar_change (
    school UUID NOT NULL,
    set_at BIGINT NOT NULL,
    terms TEXT COLLATE "C" NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    CONSTRAINT calendar_change_school_set_at PRIMARY KEY (school, set_at),
    FOREIGN KEY (school) REFERENCES school (id)
);

-- A newer list of bank holidays than the program was built with, as GOV.UK publishes it.
CREATE TABLE bank_holiday (
    school UUID NOT NULL,
    list TEXT COLLATE "C" NOT NULL,
    set_at BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    CONSTRAINT bank_holiday_school PRIMARY KEY (school),
    FOREIGN KEY (school) REFERENCES school (id)
);
