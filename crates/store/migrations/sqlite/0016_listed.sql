-- Lists: of every entry what a list is searched, filtered and sorted by, worked out from what its sources say. A page
-- reads all rows of one register at one school, so they lie together.
CREATE TABLE listed (
    school BLOB NOT NULL,
    register TEXT NOT NULL,
    entry BLOB NOT NULL,
    gone INTEGER NOT NULL,
    changed TEXT NOT NULL,
    sources TEXT NOT NULL,
    words TEXT NOT NULL,
    link_words TEXT NOT NULL,
    k00 TEXT,
    k01 TEXT,
    k02 TEXT,
    k03 TEXT,
    k04 TEXT,
    k05 TEXT,
    k06 TEXT,
    k07 TEXT,
    k08 TEXT,
    k09 TEXT,
    k10 TEXT,
    k11 TEXT,
    k12 TEXT,
    k13 TEXT,
    k14 TEXT,
    k15 TEXT,
    k16 TEXT,
    k17 TEXT,
    k18 TEXT,
    k19 TEXT,
    k20 TEXT,
    k21 TEXT,
    k22 TEXT,
    k23 TEXT,
    k24 TEXT,
    k25 TEXT,
    k26 TEXT,
    k27 TEXT,
    k28 TEXT,
    k29 TEXT,
    k30 TEXT,
    k31 TEXT,
    k32 TEXT,
    k33 TEXT,
    k34 TEXT,
    k35 TEXT,
    k36 TEXT,
    k37 TEXT,
    k38 TEXT,
    k39 TEXT,
    k40 TEXT,
    k41 TEXT,
    k42 TEXT,
    k43 TEXT,
    k44 TEXT,
    k45 TEXT,
    k46 TEXT,
    k47 TEXT,
    CONSTRAINT listed_school_register_entry PRIMARY KEY (school, register, entry),
    FOREIGN KEY (entry) REFERENCES entry (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX listed_entry ON listed (entry);

-- Which listed entries hold the name of which entry, so that a new name reaches them.
CREATE TABLE listed_link (
    target BLOB NOT NULL,
    entry BLOB NOT NULL,
    CONSTRAINT listed_link_target_entry PRIMARY KEY (target, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX listed_link_entry ON listed_link (entry);

-- The fields by which each register was listed last; when they are others, it is listed anew.
CREATE TABLE listed_shape (
    register TEXT NOT NULL,
    shape TEXT NOT NULL,
    CONSTRAINT listed_shape_register PRIMARY KEY (register)
) STRICT;

-- Lists as somebody wants to see them again.
CREATE TABLE list_view (
    id BLOB NOT NULL,
    school BLOB NOT NULL,
    register TEXT NOT NULL,
    person BLOB,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    is_default INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    gone_at INTEGER,
    CONSTRAINT list_view_id PRIMARY KEY (id),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
CREATE INDEX list_view_school_register ON list_view (school, register);

-- A change of many entries at once is kept, and taken back, like an import.
ALTER TABLE import ADD COLUMN act TEXT NOT NULL DEFAULT 'import';
