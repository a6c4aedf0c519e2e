-- Keeping and erasing: holds, rules an organisation set, proofs of what was erased, and what stays of an erased entry.
CREATE TABLE hold (
    id UUID NOT NULL,
    organisation UUID NOT NULL,
    covers TEXT COLLATE "C" NOT NULL CHECK (covers IN ('entry', 'person', 'register')),
    school UUID NOT NULL,
    register TEXT COLLATE "C" NOT NULL,
    entry UUID,
    reason TEXT COLLATE "C" NOT NULL,
    review_on TEXT COLLATE "C" NOT NULL,
    until_at BIGINT,
    actor TEXT COLLATE "C" NOT NULL,
    placed_at BIGINT NOT NULL,
    lifted_at BIGINT,
    lifted_by TEXT COLLATE "C",
    lifted_because TEXT COLLATE "C",
    CONSTRAINT hold_id PRIMARY KEY (id),
    CONSTRAINT hold_entry CHECK ((covers = 'register') = (entry IS NULL)),
    FOREIGN KEY (organisation) REFERENCES organisation (id),
    FOREIGN KEY (school) REFERENCES school (id)
);
CREATE INDEX hold_organisation_placed_at_id ON hold (organisation, placed_at, id);

CREATE TABLE keep_rule (
    organisation UUID NOT NULL,
    what TEXT COLLATE "C" NOT NULL,
    span TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    set_at BIGINT NOT NULL,
    CONSTRAINT keep_rule_organisation_what PRIMARY KEY (organisation, what),
    FOREIGN KEY (organisation) REFERENCES organisation (id)
);

-- One row for each organisation: its lock makes placing a hold and erasing wait for each other.
CREATE TABLE keep_run (
    organisation UUID NOT NULL,
    number BIGINT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT,
    erased_count BIGINT NOT NULL,
    held_count BIGINT NOT NULL,
    waiting_count BIGINT NOT NULL,
    CONSTRAINT keep_run_organisation PRIMARY KEY (organisation),
    FOREIGN KEY (organisation) REFERENCES organisation (id)
);

-- A proof: what kind, how many, under which rule, when. It stays.
CREATE TABLE erasure (
    id UUID NOT NULL,
    organisation UUID,
    school UUID,
    what TEXT COLLATE "C" NOT NULL,
    rule TEXT COLLATE "C" NOT NULL,
    erased_count BIGINT NOT NULL,
    held_count BIGINT NOT NULL,
    reason TEXT COLLATE "C",
    actor TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT erasure_id PRIMARY KEY (id)
);
CREATE INDEX erasure_organisation_at_id ON erasure (organisation, at, id);

-- What stays of an erased entry: its id, so that it never comes back and so that what refers to it can say so.
CREATE TABLE erased (
    entry UUID NOT NULL,
    school UUID NOT NULL,
    register TEXT COLLATE "C" NOT NULL,
    erasure UUID NOT NULL,
    CONSTRAINT erased_entry PRIMARY KEY (entry),
    FOREIGN KEY (school) REFERENCES school (id),
    FOREIGN KEY (erasure) REFERENCES erasure (id)
);
CREATE INDEX erased_school_register ON erased (school, register);

CREATE INDEX entry_school_register_id ON entry (school, register, id);
CREATE INDEX entry_version_at_entry_version ON entry_version (at, entry, version);
CREATE INDEX finding_subject ON finding (subject);
CREATE INDEX entry_version_at_entry ON entry_version (at, entry) WHERE change = 'removed';
CREATE INDEX finding_closed_at ON finding (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX standing_to_at ON standing (to_at) WHERE to_at IS NOT NULL;
