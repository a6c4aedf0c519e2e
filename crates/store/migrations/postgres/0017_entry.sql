-- Entries that were two records of one thing: the one that went, and as which one it lives on.
CREATE TABLE entry_alias (
    entry UUID NOT NULL,
    lives_as UUID NOT NULL,
    school UUID NOT NULL,
    register TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT entry_alias_entry PRIMARY KEY (entry),
    FOREIGN KEY (entry) REFERENCES entry (id) ON DELETE CASCADE,
    FOREIGN KEY (lives_as) REFERENCES entry (id) ON DELETE CASCADE,
    FOREIGN KEY (school) REFERENCES school (id)
);
CREATE INDEX entry_alias_lives_as ON entry_alias (lives_as);
CREATE INDEX entry_alias_school_register_entry ON entry_alias (school, register, entry);
