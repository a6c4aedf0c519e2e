-- Organisations, their schools, the year, the generation that drops caches, and records waiting for the ledger.
CREATE TABLE organisation (
    id UUID NOT NULL,
    title TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT organisation_id PRIMARY KEY (id)
);

CREATE TABLE school (
    id UUID NOT NULL,
    organisation UUID NOT NULL,
    slug TEXT COLLATE "C" NOT NULL,
    title TEXT NOT NULL,
    trust BOOLEAN NOT NULL,
    division TEXT NOT NULL CHECK (division IN ('england-and-wales', 'scotland', 'northern-ireland')),
    created_at BIGINT NOT NULL,
    CONSTRAINT school_id PRIMARY KEY (id),
    CONSTRAINT school_organisation_slug UNIQUE (organisation, slug),
    FOREIGN KEY (organisation) REFERENCES organisation (id)
);
-- One central office at most.
CREATE UNIQUE INDEX school_organisation ON school (organisation) WHERE trust;

CREATE TABLE calendar (
    school UUID NOT NULL,
    terms TEXT NOT NULL,
    set_at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT calendar_school PRIMARY KEY (school),
    FOREIGN KEY (school) REFERENCES school (id)
);

CREATE TABLE generation (
    id BIGINT NOT NULL CHECK (id = 1),
    number BIGINT NOT NULL,
    CONSTRAINT generation_id PRIMARY KEY (id)
);
INSERT INTO generation (id, number) VALUES (1, 1);

CREATE TABLE pending_record (
    writer UUID NOT NULL,
    slot BIGINT NOT NULL,
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    organisation UUID,
    school UUID,
    actor TEXT NOT NULL,
    document TEXT NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT pending_record_writer_slot_number PRIMARY KEY (writer, slot, number)
);
