-- Entries that were two records of one thing: the one that went, and as which one it lives on.
CREATE TABLE entry_alias (
    entry BLOB NOT NULL,
    lives_as BLOB NOT NULL,
    school BLOB NOT NULL,
    register TEXT NOT NULL,
    document TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT entry_alias_entry PRIMARY KEY (entry),
    FOREIGN KEY (entry) REFERENCES entry (id) ON DELETE CASCADE,
    FOREIGN KEY (lives_as) REFERENCES entry (id) ON DELETE CASCADE,
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
CREATE INDEX entry_alias_lives_as ON entry_alias (lives_as);
CREATE INDEX entry_alias_school_register_entry ON entry_alias (school, register, entry);
