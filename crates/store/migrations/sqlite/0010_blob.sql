-- Sealed files, back-ups of the installation itself, and whose recovery sheet was put away.
CREATE TABLE blob (
    id BLOB NOT NULL,
    school BLOB NOT NULL,
    register TEXT NOT NULL,
    owner BLOB NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    object TEXT NOT NULL,
    recipient TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    erased_at INTEGER,
    CONSTRAINT blob_id PRIMARY KEY (id),
    CONSTRAINT blob_object UNIQUE (object),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
CREATE INDEX blob_school_register_owner ON blob (school, register, owner);

CREATE TABLE backup (
    id BLOB NOT NULL,
    started_at INTEGER NOT NULL,
    place TEXT NOT NULL,
    says TEXT NOT NULL,
    file TEXT,
    size INTEGER,
    sha256 TEXT,
    row_count INTEGER,
    blob_count INTEGER,
    finished_at INTEGER,
    verified_at INTEGER,
    problem TEXT,
    actor TEXT NOT NULL,
    CONSTRAINT backup_id PRIMARY KEY (id)
) STRICT;
CREATE INDEX backup_started_at_id ON backup (started_at, id);

CREATE TABLE recovery_sheet (
    recipient TEXT NOT NULL,
    acknowledged_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT recovery_sheet_recipient PRIMARY KEY (recipient)
) STRICT;
