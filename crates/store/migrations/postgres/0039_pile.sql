-- Piles of signed slips that were scanned as one file: what each page was, until somebody has put the rest right.
CREATE TABLE pile (
    id UUID NOT NULL,
    school UUID NOT NULL,
    target TEXT COLLATE "C" NOT NULL,
    file TEXT NOT NULL,
    blob UUID NOT NULL,
    pages TEXT NOT NULL,
    page_count BIGINT NOT NULL,
    version BIGINT NOT NULL,
    person UUID,
    created_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    CONSTRAINT pile_id PRIMARY KEY (id),
    FOREIGN KEY (school) REFERENCES school (id)
);
CREATE INDEX pile_school_target_created_at ON pile (school, target, created_at);
CREATE INDEX pile_ends_at ON pile (ends_at);
