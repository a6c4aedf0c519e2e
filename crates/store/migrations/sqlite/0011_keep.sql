-- Keeping and erasing: holds, rules an organisation set, proofs of what was erased, and what stays of an erased entry.
CREATE TABLE hold (
    id BLOB NOT NULL,
    organisation BLOB NOT NULL,
    covers TEXT NOT NULL CHECK (covers IN ('entry', 'person', 'register')),
    school BLOB NOT NULL,
    register TEXT NOT NULL,
    entry BLOB,
    reason TEXT NOT NULL,
    review_on TEXT NOT NULL,
    until_at INTEGER,
    actor TEXT NOT NULL,
    placed_at INTEGER NOT NULL,
    lifted_at INTEGER,
    lifted_by TEXT,
    lifted_because TEXT,
    CONSTRAINT hold_id PRIMARY KEY (id),
    CONSTRAINT hold_entry CHECK ((covers = 'register') = (entry IS NULL)),
    FOREIGN KEY (organisation) REFERENCES organisation (id),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
CREATE INDEX hold_organisation_placed_at_id ON hold (organisation, placed_at, id);

CREATE TABLE keep_rule (
    organisation BLOB NOT NULL,
    what TEXT NOT NULL,
    span TEXT NOT NULL,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    CONSTRAINT keep_rule_organisation_what PRIMARY KEY (organisation, what),
    FOREIGN KEY (organisation) REFERENCES organisation (id)
) STRICT;

-- One row for each organisation: its lock makes placing a hold and erasing wait for each other.
CREATE TABLE keep_run (
    organisation BLOB NOT NULL,
    number INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    erased_count INTEGER NOT NULL,
    held_count INTEGER NOT NULL,
    waiting_count INTEGER NOT NULL,
    CONSTRAINT keep_run_organisation PRIMARY KEY (organisation),
    FOREIGN KEY (organisation) REFERENCES organisation (id)
) STRICT;

-- A proof: what kind, how many, under which rule, when. It stays.
CREATE TABLE erasure (
    id BLOB NOT NULL,
    organisation BLOB,
    school BLOB,
    what TEXT NOT NULL,
    rule TEXT NOT NULL,
    erased_count INTEGER NOT NULL,
    held_count INTEGER NOT NULL,
    reason TEXT,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT erasure_id PRIMARY KEY (id)
) STRICT;
CREATE INDEX erasure_organisation_at_id ON erasure (organisation, at, id);

-- What stays of an erased entry: its id, so that it never comes back and so that what refers to it can say so.
CREATE TABLE erased (
    entry BLOB NOT NULL,
    school BLOB NOT NULL,
    register TEXT NOT NULL,
    erasure BLOB NOT NULL,
    CONSTRAINT erased_entry PRIMARY KEY (entry),
    FOREIGN KEY (school) REFERENCES school (id),
    FOREIGN KEY (erasure) REFERENCES erasure (id)
) STRICT;
CREATE INDEX erased_school_register ON erased (school, register);

CREATE INDEX entry_school_register_id ON entry (school, register, id);
CREATE INDEX entry_version_at_entry_version ON entry_version (at, entry, version);
CREATE INDEX finding_subject ON finding (subject);
CREATE INDEX entry_version_at_entry ON entry_version (at, entry) WHERE change = 'removed';
CREATE INDEX finding_closed_at ON finding (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX standing_to_at ON standing (to_at) WHERE to_at IS NOT NULL;
