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
CREATE INDEX mail_digest ON mail (digest);

-- How a school's mail leaves (out) and where its reports come in (in). Secrets are sealed and in columns of their own.
CREATE TABLE mail_setup (
    school UUID NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('out', 'in')),
    document TEXT NOT NULL,
    secret_sealed TEXT,
    token_sealed TEXT,
    token_until BIGINT,
    uid_validity BIGINT,
    uid_last BIGINT,
    looked_at BIGINT,
    problem TEXT,
    set_at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT mail_setup_school_side PRIMARY KEY (school, side),
    FOREIGN KEY (school) REFERENCES school (id)
);

CREATE TABLE report (
    id UUID NOT NULL,
    school UUID NOT NULL,
    place TEXT NOT NULL,
    message_key TEXT NOT NULL,
    sender TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    cut BOOLEAN NOT NULL,
    received_at BIGINT NOT NULL,
    dealt_at BIGINT,
    dealt_by TEXT,
    CONSTRAINT report_id PRIMARY KEY (id),
    CONSTRAINT report_school_place UNIQUE (school, place),
    CONSTRAINT report_school_message_key UNIQUE (school, message_key),
    FOREIGN KEY (school) REFERENCES school (id)
);
CREATE INDEX report_school_received_at_id ON report (school, received_at, id);

CREATE TABLE report_file (
    report UUID NOT NULL,
    number BIGINT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    content_sealed TEXT,
    refused TEXT,
    CONSTRAINT report_file_report_number PRIMARY KEY (report, number),
    FOREIGN KEY (report) REFERENCES report (id) ON DELETE CASCADE
);
