-- What a school, or an organisation for all its schools, calls a register and its fields.
CREATE TABLE naming (
    place UUID NOT NULL,
    register TEXT COLLATE "C" NOT NULL,
    organisation UUID NOT NULL,
    school UUID,
    document TEXT NOT NULL,
    version BIGINT NOT NULL,
    set_at BIGINT NOT NULL,
    CONSTRAINT naming_place_register PRIMARY KEY (place, register),
    FOREIGN KEY (organisation) REFERENCES organisation (id),
    FOREIGN KEY (school) REFERENCES school (id)
);
