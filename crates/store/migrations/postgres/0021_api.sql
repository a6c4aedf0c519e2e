-- What programs use: tokens to read and write, answers kept for repeated requests, webhooks and what was told by them.
CREATE TABLE token (
    id UUID NOT NULL,
    organisation UUID NOT NULL,
    person UUID NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    schools TEXT COLLATE "C" NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    made_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    used_on TEXT COLLATE "C",
    revoked_at BIGINT,
    CONSTRAINT token_id PRIMARY KEY (id),
    CONSTRAINT token_hash UNIQUE (hash),
    FOREIGN KEY (organisation) REFERENCES organisation (id),
    FOREIGN KEY (person) REFERENCES entry (id) ON DELETE CASCADE
);
CREATE INDEX token_organisation_made_at ON token (organisation, made_at);

-- The answer of a request that may come again; without a status it is under way. Forgotten after a day.
CREATE TABLE repeat_answer (
    token UUID NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    request_hash TEXT COLLATE "C" NOT NULL,
    status BIGINT,
    answer TEXT COLLATE "C",
    at BIGINT NOT NULL,
    CONSTRAINT repeat_answer_token_key PRIMARY KEY (token, key),
    FOREIGN KEY (token) REFERENCES token (id) ON DELETE CASCADE
);
CREATE INDEX repeat_answer_at ON repeat_answer (at);

-- Of a school, or of the central office for all its schools. Events stand between commas.
CREATE TABLE webhook (
    id UUID NOT NULL,
    school UUID NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    url TEXT COLLATE "C" NOT NULL,
    events TEXT COLLATE "C" NOT NULL,
    secret_sealed TEXT COLLATE "C" NOT NULL,
    missed BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    made_at BIGINT NOT NULL,
    ended_at BIGINT,
    CONSTRAINT webhook_id PRIMARY KEY (id),
    FOREIGN KEY (school) REFERENCES school (id)
);
CREATE INDEX webhook_school ON webhook (school);

CREATE TABLE webhook_delivery (
    id UUID NOT NULL,
    webhook UUID NOT NULL,
    organisation UUID NOT NULL,
    school UUID NOT NULL,
    event TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    delivered TEXT COLLATE "C" NOT NULL CHECK (delivered IN ('waiting', 'done', 'dead')),
    attempts BIGINT NOT NULL,
    answer TEXT COLLATE "C",
    at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    CONSTRAINT webhook_delivery_id PRIMARY KEY (id),
    FOREIGN KEY (webhook) REFERENCES webhook (id),
    FOREIGN KEY (organisation) REFERENCES organisation (id),
    FOREIGN KEY (school) REFERENCES school (id)
);
CREATE INDEX webhook_delivery_webhook_at_id ON webhook_delivery (webhook, at, id);
CREATE INDEX webhook_delivery_webhook ON webhook_delivery (webhook) WHERE delivered = 'waiting';
