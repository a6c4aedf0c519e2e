-- Every adoption of a policy, with its text and the numbers of that moment.
CREATE TABLE pack_version (
    school UUID NOT NULL,
    pack TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    sources TEXT COLLATE "C" NOT NULL,
    params TEXT COLLATE "C" NOT NULL,
    why TEXT COLLATE "C" NOT NULL,
    adopted_at BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    CONSTRAINT pack_version_number PRIMARY KEY (school, pack, number),
    FOREIGN KEY (school) REFERENCES school (id)
);
INSERT INTO pack_version (school, pack, number, hash, version, sources, params, why, adopted_at, actor)
    SELECT school, pack, 1, hash, '', sources, '{}', '', adopted_at, actor FROM adopted_pack;

-- A policy anybody may read on a page without signing in. No row, no page.
CREATE TABLE policy_page (
    school UUID NOT NULL,
    pack TEXT COLLATE "C" NOT NULL,
    found TEXT COLLATE "C" NOT NULL CHECK (found IN ('index', 'noindex')),
    since_at BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    CONSTRAINT policy_page_school_pack PRIMARY KEY (school, pack),
    FOREIGN KEY (school) REFERENCES school (id)
);

-- Policies a school writes itself, every kept state of each until it is adopted or let go.
CREATE TABLE edition (
    school UUID NOT NULL,
    pack TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    sources TEXT COLLATE "C" NOT NULL,
    says TEXT COLLATE "C" NOT NULL,
    kept_at BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    CONSTRAINT edition_number PRIMARY KEY (school, pack, number),
    FOREIGN KEY (school) REFERENCES school (id)
);
