-- Fields a school, or an organisation for all its schools, adds to a register itself.
CREATE TABLE own_field (
    id BLOB NOT NULL,
    organisation BLOB NOT NULL,
    school BLOB,
    register TEXT NOT NULL,
    name TEXT NOT NULL,
    number INTEGER NOT NULL,
    place INTEGER NOT NULL,
    document TEXT NOT NULL,
    version INTEGER NOT NULL,
    added_at INTEGER NOT NULL,
    retired_at INTEGER,
    CONSTRAINT own_field_id PRIMARY KEY (id),
    CONSTRAINT own_field_organisation_register_name UNIQUE (organisation, register, name),
    CONSTRAINT own_field_organisation_register_number UNIQUE (organisation, register, number),
    FOREIGN KEY (organisation) REFERENCES organisation (id),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
