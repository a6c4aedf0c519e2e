-- Fields a school, or an organisation for all its schools, adds to a register itself.
CREATE TABLE own_field (
    id UUID NOT NULL,
    organisation UUID NOT NULL,
    school UUID,
    register TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    place BIGINT NOT NULL,
    document TEXT NOT NULL,
    version BIGINT NOT NULL,
    added_at BIGINT NOT NULL,
    retired_at BIGINT,
    CONSTRAINT own_field_id PRIMARY KEY (id),
    CONSTRAINT own_field_organisation_register_name UNIQUE (organisation, register, name),
    CONSTRAINT own_field_organisation_register_number UNIQUE (organisation, register, number),
    FOREIGN KEY (organisation) REFERENCES organisation (id),
    FOREIGN KEY (school) REFERENCES school (id)
);
