-- Lists: of every entry what a list is searched, filtered and sorted by, worked out from what its sources say. A page
-- reads all rows of one register at one school, so they lie together.
CREATE TABLE listed (
    school UUID NOT NULL,
    register TEXT COLLATE "C" NOT NULL,
    entry UUID NOT NULL,
    gone BOOLEAN NOT NULL,
    changed TEXT COLLATE "C" NOT NULL,
    sources TEXT COLLATE "C" NOT NULL,
    words TEXT COLLATE "C" NOT NULL,
    link_words TEXT COLLATE "C" NOT NULL,
    k00 TEXT COLLATE "C",
    k01 TEXT COLLATE "C",
    k02 TEXT COLLATE "C",
    k03 TEXT COLLATE "C",
    k04 TEXT COLLATE "C",
    k05 TEXT COLLATE "C",
    k06 TEXT COLLATE "C",
    k07 TEXT COLLATE "C",
    k08 TEXT COLLATE "C",
    k09 TEXT COLLATE "C",
    k10 TEXT COLLATE "C",
    k11 TEXT COLLATE "C",
    k12 TEXT COLLATE "C",
    k13 TEXT COLLATE "C",
    k14 TEXT COLLATE "C",
    k15 TEXT COLLATE "C",
    k16 TEXT COLLATE "C",
    k17 TEXT COLLATE "C",
    k18 TEXT COLLATE "C",
    k19 TEXT COLLATE "C",
    k20 TEXT COLLATE "C",
    k21 TEXT COLLATE "C",
    k22 TEXT COLLATE "C",
    k23 TEXT COLLATE "C",
    k24 TEXT COLLATE "C",
    k25 TEXT COLLATE "C",
    k26 TEXT COLLATE "C",
    k27 TEXT COLLATE "C",
    k28 TEXT COLLATE "C",
    k29 TEXT COLLATE "C",
    k30 TEXT COLLATE "C",
    k31 TEXT COLLATE "C",
    k32 TEXT COLLATE "C",
    k33 TEXT COLLATE "C",
    k34 TEXT COLLATE "C",
    k35 TEXT COLLATE "C",
    k36 TEXT COLLATE "C",
    k37 TEXT COLLATE "C",
    k38 TEXT COLLATE "C",
    k39 TEXT COLLATE "C",
    k40 TEXT COLLATE "C",
    k41 TEXT COLLATE "C",
    k42 TEXT COLLATE "C",
    k43 TEXT COLLATE "C",
    k44 TEXT COLLATE "C",
    k45 TEXT COLLATE "C",
    k46 TEXT COLLATE "C",
    k47 TEXT COLLATE "C",
    CONSTRAINT listed_school_register_entry PRIMARY KEY (school, register, entry),
    FOREIGN KEY (entry) REFERENCES entry (id) ON DELETE CASCADE
);
CREATE INDEX listed_entry ON listed (entry);

-- Which listed entries hold the name of which entry, so that a new name reaches them.
CREATE TABLE listed_link (
    target UUID NOT NULL,
    entry UUID NOT NULL,
    CONSTRAINT listed_link_target_entry PRIMARY KEY (target, entry)
);
CREATE INDEX listed_link_entry ON listed_link (entry);

-- The fields by which each register was listed last; when they are others, it is listed anew.
CREATE TABLE listed_shape (
    register TEXT COLLATE "C" NOT NULL,
    shape TEXT NOT NULL,
    CONSTRAINT listed_shape_register PRIMARY KEY (register)
);

-- Lists as somebody wants to see them again.
CREATE TABLE list_view (
    id UUID NOT NULL,
    school UUID NOT NULL,
    register TEXT COLLATE "C" NOT NULL,
    person UUID,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    is_default BOOLEAN NOT NULL,
    made_at BIGINT NOT NULL,
    gone_at BIGINT,
    CONSTRAINT list_view_id PRIMARY KEY (id),
    FOREIGN KEY (school) REFERENCES school (id)
);
CREATE INDEX list_view_school_register ON list_view (school, register);

-- A change of many entries at once is kept, and taken back, like an import.
ALTER TABLE import ADD COLUMN act TEXT NOT NULL DEFAULT 'import';
