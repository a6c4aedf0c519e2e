-- Registers: entries, what each source says of them, where they can be found, their history, imports and censuses.
CREATE TABLE entry (
    id UUID NOT NULL,
    register TEXT COLLATE "C" NOT NULL,
    school UUID NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    state TEXT,
    version BIGINT NOT NULL,
    since BIGINT NOT NULL,
    left_at BIGINT,
    CONSTRAINT entry_id PRIMARY KEY (id),
    FOREIGN KEY (school) REFERENCES school (id)
);
CREATE INDEX entry_school_register_name_key_id ON entry (school, register, name_key, id) WHERE left_at IS NULL;

CREATE TABLE observation (
    entry UUID NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    at_before BIGINT,
    import UUID,
    left_at BIGINT,
    document TEXT NOT NULL,
    CONSTRAINT observation_entry_source PRIMARY KEY (entry, source),
    FOREIGN KEY (entry) REFERENCES entry (id) ON DELETE CASCADE
);
CREATE INDEX observation_import ON observation (import);

CREATE TABLE entry_index (
    register TEXT COLLATE "C" NOT NULL,
    field TEXT COLLATE "C" NOT NULL,
    school UUID NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    entry UUID NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    CONSTRAINT entry_index_school_register_field_key_entry_source
        PRIMARY KEY (school, register, field, key, entry, source),
    FOREIGN KEY (entry) REFERENCES entry (id) ON DELETE CASCADE
);
CREATE INDEX entry_index_entry_source ON entry_index (entry, source);

-- What a source said before a change. The history outlives its entry.
CREATE TABLE entry_version (
    entry UUID NOT NULL,
    version BIGINT NOT NULL,
    register TEXT COLLATE "C" NOT NULL,
    school UUID NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    change TEXT NOT NULL CHECK (change IN ('created', 'changed', 'left', 'removed', 'restored')),
    before_at BIGINT,
    before_left_at BIGINT,
    before TEXT,
    why TEXT,
    actor TEXT NOT NULL,
    import UUID,
    at BIGINT NOT NULL,
    CONSTRAINT entry_version_entry_version PRIMARY KEY (entry, version)
);
CREATE INDEX entry_version_import_entry ON entry_version (import, entry);

CREATE TABLE census (
    school UUID NOT NULL,
    register TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    stated BOOLEAN NOT NULL,
    as_of BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT census_school_register_source PRIMARY KEY (school, register, source),
    FOREIGN KEY (school) REFERENCES school (id)
);

CREATE TABLE import (
    id UUID NOT NULL,
    school UUID NOT NULL,
    register TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    part BOOLEAN NOT NULL,
    file_hash TEXT NOT NULL,
    mapping TEXT NOT NULL,
    created_count BIGINT NOT NULL,
    changed_count BIGINT NOT NULL,
    unchanged_count BIGINT NOT NULL,
    left_count BIGINT NOT NULL,
    census_as_of BIGINT,
    census_before TEXT,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    undone_at BIGINT,
    CONSTRAINT import_id PRIMARY KEY (id),
    FOREIGN KEY (school) REFERENCES school (id)
);
CREATE INDEX import_school_at_id ON import (school, at, id);

CREATE TABLE column_mapping (
    school UUID NOT NULL,
    register TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    document TEXT NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT column_mapping_school_register_source PRIMARY KEY (school, register, source),
    FOREIGN KEY (school) REFERENCES school (id)
);
