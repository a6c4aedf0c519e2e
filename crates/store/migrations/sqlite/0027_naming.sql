-- What a school, or an organisation for all its schools, calls a register and its fields.
CREATE TABLE naming (
    place BLOB NOT NULL,
    register TEXT NOT NULL,
    organisation BLOB NOT NULL,
    school BLOB,
    document TEXT NOT NULL,
    version INTEGER NOT NULL,
    set_at INTEGER NOT NULL,
    CONSTRAINT naming_place_register PRIMARY KEY (place, register),
    FOREIGN KEY (organisation) REFERENCES organisation (id),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
