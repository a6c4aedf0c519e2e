-- What the evaluations found: the last run, findings, and the intervals in which each clause stood somewhere.
CREATE TABLE evaluation (
    school BLOB NOT NULL,
    pack TEXT NOT NULL,
    hash TEXT NOT NULL,
    at INTEGER NOT NULL,
    valid_until INTEGER,
    outcome TEXT NOT NULL,
    CONSTRAINT evaluation_school_pack PRIMARY KEY (school, pack),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;

-- The nil id as subject: the control as a whole.
CREATE TABLE finding (
    school BLOB NOT NULL,
    pack TEXT NOT NULL,
    control TEXT NOT NULL,
    subject BLOB NOT NULL,
    opened_at INTEGER NOT NULL,
    standing TEXT NOT NULL CHECK (standing IN ('due', 'broken')),
    since INTEGER NOT NULL,
    due_at INTEGER,
    message TEXT NOT NULL,
    message_key TEXT NOT NULL,
    closed_at INTEGER,
    cause TEXT CHECK (cause IN ('first-look', 'newly-broken', 'fixed', 'now-due', 'done', 'now-known', 'no-longer-known', 'signed', 'known-otherwise', 'policy-changed', 'section-started', 'does-not-apply')),
    CONSTRAINT finding_school_pack_control_subject_opened_at PRIMARY KEY (school, pack, control, subject, opened_at),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
CREATE UNIQUE INDEX finding_school_pack_control_subject ON finding (school, pack, control, subject) WHERE closed_at IS NULL;

CREATE TABLE standing (
    school BLOB NOT NULL,
    pack TEXT NOT NULL,
    clause TEXT NOT NULL,
    from_at INTEGER NOT NULL,
    to_at INTEGER,
    standing TEXT NOT NULL CHECK (standing IN ('none', 'kept', 'told', 'due', 'unknown', 'broken')),
    known_by TEXT CHECK (known_by IN ('stated', 'signed', 'evidenced', 'measured', 'enforced')),
    counts TEXT NOT NULL,
    cause TEXT NOT NULL CHECK (cause IN ('first-look', 'newly-broken', 'fixed', 'now-due', 'done', 'now-known', 'no-longer-known', 'signed', 'known-otherwise', 'policy-changed', 'section-started', 'does-not-apply')),
    CONSTRAINT standing_school_pack_clause_from_at PRIMARY KEY (school, pack, clause, from_at),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
CREATE UNIQUE INDEX standing_school_pack_clause ON standing (school, pack, clause) WHERE to_at IS NULL;
