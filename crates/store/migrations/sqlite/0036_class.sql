-- What is said of a list may be said of one of its classes: laptops among devices. Of the whole list it is ''.
CREATE TABLE census_by_class (
    school BLOB NOT NULL,
    register TEXT NOT NULL,
    source TEXT NOT NULL,
    stated INTEGER NOT NULL,
    as_of INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    how TEXT,
    holds_none INTEGER NOT NULL DEFAULT 0,
    class TEXT NOT NULL DEFAULT '',
    CONSTRAINT census_school_register_source_class PRIMARY KEY (school, register, source, class),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
INSERT INTO census_by_class (school, register, source, stated, as_of, ends_at, actor, how, holds_none)
SELECT school, register, source, stated, as_of, ends_at, actor, how, holds_none FROM census;
DROP TABLE census;
ALTER TABLE census_by_class RENAME TO census;
