-- The outbox: what is to be told to whom. Nothing personal but who reads it; a link is sealed and goes once it was sent.
CREATE TABLE mail (
    id UUID NOT NULL,
    organisation UUID NOT NULL,
    school UUID NOT NULL,
    person UUID NOT NULL,
    kind TEXT NOT NULL,
    document TEXT NOT NULL,
    link_sealed TEXT,
    urgent BOOLEAN NOT NULL,
    key TEXT NOT NULL,
    progress TEXT NOT NULL CHECK (progress IN ('waiting', 'gathered', 'sending', 'sent', 'handed-over', 'failed', 'bounced', 'withdrawn')),
    reason TEXT,
    attempt_count BIGINT NOT NULL,
    digest UUID,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    CONSTRAINT mail_id PRIMARY KEY (id),
    CONSTRAINT mail_organisation_key UNIQUE (organisation, key),
    FOREIGN KEY (organisation) REFERENCES organisation (id),
    FOREIGN KEY (school) REFERENCES school (id),
    FOREIGN KEY (person) REFERENCES entry (id) ON DELETE CASCADE
);
CREATE INDEX mail_school_id ON mail (school, id);
CREATE INDEX mail_person_due_at ON mail (person, due_at) WHERE progress = 'waiting';
