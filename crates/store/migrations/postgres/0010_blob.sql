-- Sealed files, back-ups of the installation itself, and whose recovery sheet was put away.
CREATE TABLE blob (
    id UUID NOT NULL,
    school UUID NOT NULL,
    register TEXT COLLATE "C" NOT NULL,
    owner UUID NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    object TEXT COLLATE "C" NOT NULL,
    recipient TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    erased_at BIGINT,
    CONSTRAINT blob_id PRIMARY KEY (id),
    CONSTRAINT blob_object UNIQUE (object),
    FOREIGN KEY (school) REFERENCES school (id)
);
CREATE INDEX blob_school_register_owner ON blob (school, register, owner);

CREATE TABLE backup (
    id UUID NOT NULL,
    started_at BIGINT NOT NULL,
    place TEXT NOT NULL,
    says TEXT NOT NULL,
    file TEXT,
    size BIGINT,
    sha256 TEXT,
    row_count BIGINT,
    blob_count BIGINT,
    finished_at BIGINT,
    verified_at BIGINT,
    problem TEXT,
    actor TEXT NOT NULL,
    CONSTRAINT backup_id PRIMARY KEY (id)
);
CREATE INDEX backup_started_at_id ON backup (started_at, id);

CREATE TABLE recovery_sheet (
    recipient TEXT COLLATE "C" NOT NULL,
    acknowledged_at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT recovery_sheet_recipient PRIMARY KEY (recipient)
);
