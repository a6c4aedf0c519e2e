-- What a school has adopted: packs as read, numbers, confirmed names, and whether the controls were tried out.
-- A row of the trust's central office holds for every school of its organisation.
CREATE TABLE adopted_pack (
    school UUID NOT NULL,
    pack TEXT COLLATE "C" NOT NULL,
    hash TEXT NOT NULL,
    sources TEXT NOT NULL,
    adopted_at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT adopted_pack_school_pack PRIMARY KEY (school, pack),
    FOREIGN KEY (school) REFERENCES school (id)
);

CREATE TABLE param_value (
    school UUID NOT NULL,
    pack TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    literal TEXT NOT NULL,
    set_at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT param_value_school_pack_name PRIMARY KEY (school, pack, name),
    FOREIGN KEY (school) REFERENCES school (id)
);

CREATE TABLE named_entry (
    school UUID NOT NULL,
    pack TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    entry UUID NOT NULL,
    confirmed_at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT named_entry_school_pack_name PRIMARY KEY (school, pack, name),
    FOREIGN KEY (school) REFERENCES school (id),
    FOREIGN KEY (entry) REFERENCES entry (id)
);
CREATE INDEX named_entry_entry ON named_entry (entry);

CREATE TABLE probe (
    school UUID NOT NULL,
    pack TEXT COLLATE "C" NOT NULL,
    control TEXT COLLATE "C" NOT NULL,
    hash TEXT NOT NULL,
    build TEXT NOT NULL,
    passed BOOLEAN NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT probe_school_pack_control PRIMARY KEY (school, pack, control),
    FOREIGN KEY (school) REFERENCES school (id)
);
