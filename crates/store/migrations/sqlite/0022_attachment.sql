-- Files that hang on records, and what was done with them. Their content is in `blob`.
CREATE TABLE attachment (
    id BLOB NOT NULL,
    school BLOB NOT NULL,
    register TEXT NOT NULL,
    owner BLOB NOT NULL,
    field TEXT,
    blob BLOB NOT NULL,
    small BLOB,
    file_kind TEXT NOT NULL CHECK (file_kind IN ('pdf', 'jpeg', 'png', 'docx', 'xlsx', 'odt', 'text', 'csv', 'mail')),
    name TEXT NOT NULL,
    caption TEXT NOT NULL,
    size INTEGER NOT NULL,
    keep_until TEXT,
    version INTEGER NOT NULL,
    added_at INTEGER NOT NULL,
    removed_at INTEGER,
    erased_at INTEGER,
    CONSTRAINT attachment_id PRIMARY KEY (id),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
CREATE INDEX attachment_owner_added_at_id ON attachment (owner, added_at, id);
CREATE INDEX attachment_school_erased_at ON attachment (school, erased_at);

CREATE TABLE attachment_change (
    attachment BLOB NOT NULL,
    number INTEGER NOT NULL,
    happened TEXT NOT NULL CHECK (happened IN ('added', 'changed', 'removed', 'restored', 'erased')),
    why TEXT,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT attachment_change_attachment_number PRIMARY KEY (attachment, number),
    FOREIGN KEY (attachment) REFERENCES attachment (id) ON DELETE CASCADE
) STRICT;
