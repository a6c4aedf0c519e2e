-- Organisations, their schools, the year, the generation that drops caches, and records waiting for the ledger.
CREATE TABLE organisation (
    id BLOB NOT NULL,
    title TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT organisation_id PRIMARY KEY (id)
) STRICT;

CREATE TABLE school (
    id BLOB NOT NULL,
    organisation BLOB NOT NULL,
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    trust INTEGER NOT NULL,
    division TEXT NOT NULL CHECK (division IN ('england-and-wales', 'scotland', 'northern-ireland')),
    created_at INTEGER NOT NULL,
    CONSTRAINT school_id PRIMARY KEY (id),
    CONSTRAINT school_organisation_slug UNIQUE (organisation, slug),
    FOREIGN KEY (organisation) REFERENCES organisation (id)
) STRICT;
-- One central office at most.
CREATE UNIQUE INDEX school_organisation ON school (organisation) WHERE trust;

CREATE TABLE calendar (
    school BLOB NOT NULL,
    terms TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT calendar_school PRIMARY KEY (school),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;

CREATE TABLE generation (
    id INTEGER NOT NULL CHECK (id = 1),
    number INTEGER NOT NULL,
    CONSTRAINT generation_id PRIMARY KEY (id)
) STRICT;
INSERT INTO generation (id, number) VALUES (1, 1);

CREATE TABLE pending_record (
    writer BLOB NOT NULL,
    slot INTEGER NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    organisation BLOB,
    school BLOB,
    actor TEXT NOT NULL,
    document TEXT NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT pending_record_writer_slot_number PRIMARY KEY (writer, slot, number)
) STRICT;
