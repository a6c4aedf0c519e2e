-- Files that hang on records, and what was done with them. Their content is in `blob`.
CREATE TABLE attachment (
    id UUID NOT NULL,
    school UUID NOT NULL,
    register TEXT COLLATE "C" NOT NULL,
    owner UUID NOT NULL,
    field TEXT COLLATE "C",
    blob UUID NOT NULL,
    small UUID,
    file_kind TEXT COLLATE "C" NOT NULL CHECK (file_kind IN ('pdf', 'jpeg', 'png', 'docx', 'xlsx', 'odt', 'text', 'csv', 'mail')),
    name TEXT NOT NULL,
    caption TEXT NOT NULL,
    size BIGINT NOT NULL,
    keep_until TEXT COLLATE "C",
    version BIGINT NOT NULL,
    added_at BIGINT NOT NULL,
    removed_at BIGINT,
    erased_at BIGINT,
    CONSTRAINT attachment_id PRIMARY KEY (id),
    FOREIGN KEY (school) REFERENCES school (id)
);
CREATE INDEX attachment_owner_added_at_id ON attachment (owner, added_at, id);
CREATE INDEX attachment_school_erased_at ON attachment (school, erased_at);

CREATE TABLE attachment_change (
    attachment UUID NOT NULL,
    number BIGINT NOT NULL,
    happened TEXT COLLATE "C" NOT NULL CHECK (happened IN ('added', 'changed', 'removed', 'restored', 'erased')),
    why TEXT,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT attachment_change_attachment_number PRIMARY KEY (attachment, number),
    FOREIGN KEY (attachment) REFERENCES attachment (id) ON DELETE CASCADE
);
