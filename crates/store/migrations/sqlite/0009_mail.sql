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
CREATE INDEX mail_digest ON mail (digest);

-- How a school's mail leaves (out) and where its reports come in (in). Secrets are sealed and in columns of their own.
CREATE TABLE mail_setup (
    school BLOB NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('out', 'in')),
    document TEXT NOT NULL,
    secret_sealed TEXT,
    token_sealed TEXT,
    token_until INTEGER,
    uid_validity INTEGER,
    uid_last INTEGER,
    looked_at INTEGER,
    problem TEXT,
    set_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT mail_setup_school_side PRIMARY KEY (school, side),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;

CREATE TABLE report (
    id BLOB NOT NULL,
    school BLOB NOT NULL,
    place TEXT NOT NULL,
    message_key TEXT NOT NULL,
    sender TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    cut INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    dealt_at INTEGER,
    dealt_by TEXT,
    CONSTRAINT report_id PRIMARY KEY (id),
    CONSTRAINT report_school_place UNIQUE (school, place),
    CONSTRAINT report_school_message_key UNIQUE (school, message_key),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
CREATE INDEX report_school_received_at_id ON report (school, received_at, id);

CREATE TABLE report_file (
    report BLOB NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    content_sealed TEXT,
    refused TEXT,
    CONSTRAINT report_file_report_number PRIMARY KEY (report, number),
    FOREIGN KEY (report) REFERENCES report (id) ON DELETE CASCADE
) STRICT;
