-- The outbox: what is to be told to whom. Nothing personal but who reads it; a link is sealed and goes once it was sent.
CREATE TABLE mail (
    id BLOB NOT NULL,
    organisation BLOB NOT NULL,
    school BLOB NOT NULL,
    person BLOB NOT NULL,
    kind TEXT NOT NULL,
    document TEXT NOT NULL,
    link_sealed TEXT,
    urgent INTEGER NOT NULL,
    key TEXT NOT NULL,
    progress TEXT NOT NULL CHECK (progress IN ('waiting', 'gathered', 'sending', 'sent', 'handed-over', 'failed', 'bounced', 'withdrawn')),
    reason TEXT,
    attempt_count INTEGER NOT NULL,
    digest BLOB,
    created_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    CONSTRAINT mail_id PRIMARY KEY (id),
    CONSTRAINT mail_organisation_key UNIQUE (organisation, key),
    FOREIGN KEY (organisation) REFERENCES organisation (id),
    FOREIGN KEY (school) REFERENCES school (id),
    FOREIGN KEY (person) REFERENCES entry (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX mail_school_id ON mail (school, id);
CREATE INDEX mail_person_due_at ON mail (person, due_at) WHERE progress = 'waiting';
