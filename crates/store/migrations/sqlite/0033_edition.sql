-- Every adoption of a policy, with its text and the numbers of that moment.
CREATE TABLE pack_version (
    school BLOB NOT NULL,
    pack TEXT NOT NULL,
    number INTEGER NOT NULL,
    hash TEXT NOT NULL,
    version TEXT NOT NULL,
    sources TEXT NOT NULL,
    params TEXT NOT NULL,
    why TEXT NOT NULL,
    adopted_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT pack_version_number PRIMARY KEY (school, pack, number),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
INSERT INTO pack_version (school, pack, number, hash, version, sources, params, why, adopted_at, actor)
    SELECT school, pack, 1, hash, '', sources, '{}', '', adopted_at, actor FROM adopted_pack;

-- A policy anybody may read on a page without signing in. No row, no page.
CREATE TABLE policy_page (
    school BLOB NOT NULL,
    pack TEXT NOT NULL,
    found TEXT NOT NULL CHECK (found IN ('index', 'noindex')),
    since_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT policy_page_school_pack PRIMARY KEY (school, pack),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;

-- Policies a school writes itself, every kept state of each until it is adopted or let go.
CREATE TABLE edition (
    school BLOB NOT NULL,
    pack TEXT NOT NULL,
    number INTEGER NOT NULL,
    sources TEXT NOT NULL,
    says TEXT NOT NULL,
    kept_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT edition_number PRIMARY KEY (school, pack, number),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
