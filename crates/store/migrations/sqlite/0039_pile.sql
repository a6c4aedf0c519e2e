-- Piles of signed slips that were scanned as one file: what each page was, until somebody has put the rest right.
CREATE TABLE pile (
    id BLOB NOT NULL,
    school BLOB NOT NULL,
    target TEXT NOT NULL,
    file TEXT NOT NULL,
    blob BLOB NOT NULL,
    pages TEXT NOT NULL,
    page_count INTEGER NOT NULL,
    version INTEGER NOT NULL,
    person BLOB,
    created_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    CONSTRAINT pile_id PRIMARY KEY (id),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
CREATE INDEX pile_school_target_created_at ON pile (school, target, created_at);
CREATE INDEX pile_ends_at ON pile (ends_at);
