-- What programs use: tokens to read and write, answers kept for repeated requests, webhooks and what was told by them.
CREATE TABLE token (
    id BLOB NOT NULL,
    organisation BLOB NOT NULL,
    person BLOB NOT NULL,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    schools TEXT NOT NULL,
    scopes TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    used_on TEXT,
    revoked_at INTEGER,
    CONSTRAINT token_id PRIMARY KEY (id),
    CONSTRAINT token_hash UNIQUE (hash),
    FOREIGN KEY (organisation) REFERENCES organisation (id),
    FOREIGN KEY (person) REFERENCES entry (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX token_organisation_made_at ON token (organisation, made_at);

-- The answer of a request that may come again; without a status it is under way. Forgotten after a day.
CREATE TABLE repeat_answer (
    token BLOB NOT NULL,
    key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    status INTEGER,
    answer TEXT,
    at INTEGER NOT NULL,
    CONSTRAINT repeat_answer_token_key PRIMARY KEY (token, key),
    FOREIGN KEY (token) REFERENCES token (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX repeat_answer_at ON repeat_answer (at);

-- Of a school, or of the central office for all its schools. Events stand between commas.
CREATE TABLE webhook (
    id BLOB NOT NULL,
    school BLOB NOT NULL,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    events TEXT NOT NULL,
    secret_sealed TEXT NOT NULL,
    missed INTEGER NOT NULL,
    actor TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    ended_at INTEGER,
    CONSTRAINT webhook_id PRIMARY KEY (id),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
CREATE INDEX webhook_school ON webhook (school);

CREATE TABLE webhook_delivery (
    id BLOB NOT NULL,
    webhook BLOB NOT NULL,
    organisation BLOB NOT NULL,
    school BLOB NOT NULL,
    event TEXT NOT NULL,
    document TEXT NOT NULL,
    delivered TEXT NOT NULL CHECK (delivered IN ('waiting', 'done', 'dead')),
    attempts INTEGER NOT NULL,
    answer TEXT,
    at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    CONSTRAINT webhook_delivery_id PRIMARY KEY (id),
    FOREIGN KEY (webhook) REFERENCES webhook (id),
    FOREIGN KEY (organisation) REFERENCES organisation (id),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
CREATE INDEX webhook_delivery_webhook_at_id ON webhook_delivery (webhook, at, id);
CREATE INDEX webhook_delivery_webhook ON webhook_delivery (webhook) WHERE delivered = 'waiting';
