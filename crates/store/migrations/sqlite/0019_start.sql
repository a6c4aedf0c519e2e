-- Starting by sections: what is started or planned, who does what, what does not apply here; how a list is known to be
-- complete; and what a school's calendar said before.
ALTER TABLE census ADD COLUMN how TEXT;
ALTER TABLE census ADD COLUMN holds_none INTEGER NOT NULL DEFAULT 0;

-- A policy with rows here goes by sections: one without a row in it is not started. One without rows is started whole.
CREATE TABLE section (
    school BLOB NOT NULL,
    pack TEXT NOT NULL,
    section TEXT NOT NULL,
    planned_on TEXT,
    started_at INTEGER,
    actor TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    CONSTRAINT section_school_pack_section PRIMARY KEY (school, pack, section),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;

-- Who does something about a control here, and by when what was open at the start is fixed.
CREATE TABLE task_owner (
    school BLOB NOT NULL,
    pack TEXT NOT NULL,
    control TEXT NOT NULL,
    owner TEXT NOT NULL,
    deputy TEXT,
    fix_by TEXT,
    open_count INTEGER NOT NULL,
    actor TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    CONSTRAINT task_owner_school_pack_control PRIMARY KEY (school, pack, control),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;

CREATE TABLE not_here (
    id BLOB NOT NULL,
    school BLOB NOT NULL,
    pack TEXT NOT NULL,
    clause TEXT NOT NULL,
    reason TEXT NOT NULL,
    review_on TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    asked_by TEXT NOT NULL,
    agreed_at INTEGER,
    agreed_by TEXT,
    ended_at INTEGER,
    ended_by TEXT,
    ended_because TEXT CHECK (ended_because IN ('declined', 'withdrawn', 'entry', 'review')),
    CONSTRAINT not_here_id PRIMARY KEY (id),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
-- One at a time for each statement.
CREATE UNIQUE INDEX not_here_school_pack_clause ON not_here (school, pack, clause) WHERE ended_at IS NULL;

CREATE TABLE calendar_change (
    school BLOB NOT NULL,
    set_at INTEGER NOT NULL,
    terms TEXT NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT calendar_change_school_set_at PRIMARY KEY (school, set_at),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;

-- A newer list of bank holidays than the program was built with, as GOV.UK publishes it.
CREATE TABLE bank_holiday (
    school BLOB NOT NULL,
    list TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT bank_holiday_school PRIMARY KEY (school),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
