-- Registers: entries, what each source says of them, where they can be found, their history, imports and censuses.
CREATE TABLE entry (
    id BLOB NOT NULL,
    register TEXT NOT NULL,
    school BLOB NOT NULL,
    name_key TEXT NOT NULL,
    state TEXT,
    version INTEGER NOT NULL,
    since INTEGER NOT NULL,
    left_at INTEGER,
    CONSTRAINT entry_id PRIMARY KEY (id),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
CREATE INDEX entry_school_register_name_key_id ON entry (school, register, name_key, id) WHERE left_at IS NULL;

CREATE TABLE observation (
    entry BLOB NOT NULL,
    source TEXT NOT NULL,
    at INTEGER NOT NULL,
    at_before INTEGER,
    import BLOB,
    left_at INTEGER,
    document TEXT NOT NULL,
    CONSTRAINT observation_entry_source PRIMARY KEY (entry, source),
    FOREIGN KEY (entry) REFERENCES entry (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX observation_import ON observation (import);

CREATE TABLE entry_index (
    register TEXT NOT NULL,
    field TEXT NOT NULL,
    school BLOB NOT NULL,
    key TEXT NOT NULL,
    entry BLOB NOT NULL,
    source TEXT NOT NULL,
    CONSTRAINT entry_index_school_register_field_key_entry_source
        PRIMARY KEY (school, register, field, key, entry, source),
    FOREIGN KEY (entry) REFERENCES entry (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX entry_index_entry_source ON entry_index (entry, source);

-- What a source said before a change. The history outlives its entry.
CREATE TABLE entry_version (
    entry BLOB NOT NULL,
    version INTEGER NOT NULL,
    register TEXT NOT NULL,
    school BLOB NOT NULL,
    source TEXT NOT NULL,
    change TEXT NOT NULL CHECK (change IN ('created', 'changed', 'left', 'removed', 'restored')),
    before_at INTEGER,
    before_left_at INTEGER,
    before TEXT,
    why TEXT,
    actor TEXT NOT NULL,
    import BLOB,
    at INTEGER NOT NULL,
    CONSTRAINT entry_version_entry_version PRIMARY KEY (entry, version)
) STRICT;
CREATE INDEX entry_version_import_entry ON entry_version (import, entry);

CREATE TABLE census (
    school BLOB NOT NULL,
    register TEXT NOT NULL,
    source TEXT NOT NULL,
    stated INTEGER NOT NULL,
    as_of INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT census_school_register_source PRIMARY KEY (school, register, source),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;

CREATE TABLE import (
    id BLOB NOT NULL,
    school BLOB NOT NULL,
    register TEXT NOT NULL,
    source TEXT NOT NULL,
    part INTEGER NOT NULL,
    file_hash TEXT NOT NULL,
    mapping TEXT NOT NULL,
    created_count INTEGER NOT NULL,
    changed_count INTEGER NOT NULL,
    unchanged_count INTEGER NOT NULL,
    left_count INTEGER NOT NULL,
    census_as_of INTEGER,
    census_before TEXT,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    undone_at INTEGER,
    CONSTRAINT import_id PRIMARY KEY (id),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
CREATE INDEX import_school_at_id ON import (school, at, id);

CREATE TABLE column_mapping (
    school BLOB NOT NULL,
    register TEXT NOT NULL,
    source TEXT NOT NULL,
    document TEXT NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT column_mapping_school_register_source PRIMARY KEY (school, register, source),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
