-- Who may sign in, and everything that keeps a sign-in safe. Secrets are stored hashed; an address is a folded e-mail.
CREATE TABLE login (
    id UUID NOT NULL,
    email TEXT COLLATE "C" NOT NULL,
    password TEXT COLLATE "C",
    password_set_at BIGINT,
    made_at BIGINT NOT NULL,
    closed_at BIGINT,
    signed_in_at BIGINT,
    failed_count BIGINT NOT NULL,
    failed_at BIGINT,
    notice TEXT COLLATE "C",
    CONSTRAINT login_id PRIMARY KEY (id),
    CONSTRAINT login_email UNIQUE (email)
);

-- Which person a login is in each organisation; `ended_at` when it may no longer be used there.
CREATE TABLE login_person (
    login UUID NOT NULL,
    organisation UUID NOT NULL,
    person UUID NOT NULL,
    school UUID NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    made_at BIGINT NOT NULL,
    ended_at BIGINT,
    CONSTRAINT login_person_login_organisation PRIMARY KEY (login, organisation),
    CONSTRAINT login_person_person UNIQUE (person),
    FOREIGN KEY (login) REFERENCES login (id),
    FOREIGN KEY (organisation) REFERENCES organisation (id),
    FOREIGN KEY (school) REFERENCES school (id)
);
CREATE INDEX login_person_organisation_name_key_login ON login_person (organisation, name_key, login);

CREATE TABLE login_password (
    login UUID NOT NULL,
    number BIGINT NOT NULL,
    password TEXT COLLATE "C" NOT NULL,
    set_at BIGINT NOT NULL,
    CONSTRAINT login_password_login_number PRIMARY KEY (login, number),
    FOREIGN KEY (login) REFERENCES login (id)
);

CREATE TABLE session (
    id UUID NOT NULL,
    token TEXT COLLATE "C" NOT NULL,
    way TEXT COLLATE "C" NOT NULL CHECK (way IN ('password', 'link', 'emergency')),
    login UUID,
    organisation UUID NOT NULL,
    person UUID NOT NULL,
    device TEXT COLLATE "C",
    browser TEXT COLLATE "C" NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    ended_at BIGINT,
    before_at BIGINT,
    before_failed BIGINT NOT NULL,
    CONSTRAINT session_id PRIMARY KEY (id),
    CONSTRAINT session_token UNIQUE (token),
    FOREIGN KEY (login) REFERENCES login (id),
    FOREIGN KEY (organisation) REFERENCES organisation (id)
);
CREATE INDEX session_login_started_at_id ON session (login, started_at, id);
CREATE INDEX session_ends_at ON session (ends_at);

-- One-time links; `target` is the path it leads to when it is more than a way in.
CREATE TABLE link (
    id UUID NOT NULL,
    token TEXT COLLATE "C" NOT NULL,
    purpose TEXT COLLATE "C" NOT NULL CHECK (purpose IN ('invite', 'reset', 'sign-in')),
    login UUID NOT NULL,
    organisation UUID NOT NULL,
    target TEXT COLLATE "C",
    made_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    used_at BIGINT,
    CONSTRAINT link_id PRIMARY KEY (id),
    CONSTRAINT link_token UNIQUE (token),
    FOREIGN KEY (login) REFERENCES login (id),
    FOREIGN KEY (organisation) REFERENCES organisation (id)
);
CREATE INDEX link_login ON link (login);

-- Wrong attempts by what they were made on: an address from a source, or a source. The key is a hash.
CREATE TABLE throttle (
    key TEXT COLLATE "C" NOT NULL,
    count BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    CONSTRAINT throttle_key PRIMARY KEY (key)
);
CREATE INDEX throttle_until_at ON throttle (until_at);

-- What somebody had typed when they were signed out, sealed.
CREATE TABLE draft (
    login UUID NOT NULL,
    path TEXT COLLATE "C" NOT NULL,
    sealed TEXT COLLATE "C" NOT NULL,
    made_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    CONSTRAINT draft_login_path PRIMARY KEY (login, path),
    FOREIGN KEY (login) REFERENCES login (id)
);

-- The one code of the first run.
CREATE TABLE setup_code (
    name TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    tries BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    CONSTRAINT setup_code_name PRIMARY KEY (name)
);

-- The emergency account of each organisation, and each use of it.
CREATE TABLE emergency_code (
    organisation UUID NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    made_at BIGINT NOT NULL,
    CONSTRAINT emergency_code_organisation PRIMARY KEY (organisation),
    FOREIGN KEY (organisation) REFERENCES organisation (id)
);

CREATE TABLE emergency_use (
    id UUID NOT NULL,
    organisation UUID NOT NULL,
    at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    reviewed_at BIGINT,
    reviewer UUID,
    words TEXT COLLATE "C",
    CONSTRAINT emergency_use_id PRIMARY KEY (id),
    FOREIGN KEY (organisation) REFERENCES organisation (id)
);
CREATE INDEX emergency_use_organisation_at_id ON emergency_use (organisation, at, id);

-- How an organisation wants sign-in to be; a row only where it differs from what is usual.
CREATE TABLE sign_in_setting (
    organisation UUID NOT NULL,
    reset TEXT COLLATE "C" NOT NULL CHECK (reset IN ('itself', 'administrator')),
    idle_leading BIGINT NOT NULL,
    idle_staff BIGINT NOT NULL,
    CONSTRAINT sign_in_setting_organisation PRIMARY KEY (organisation),
    FOREIGN KEY (organisation) REFERENCES organisation (id)
);
