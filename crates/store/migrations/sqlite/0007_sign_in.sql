-- Who may sign in, and everything that keeps a sign-in safe. Secrets are stored hashed; an address is a folded e-mail.
CREATE TABLE login (
    id BLOB NOT NULL,
    email TEXT NOT NULL,
    password TEXT,
    password_set_at INTEGER,
    made_at INTEGER NOT NULL,
    closed_at INTEGER,
    signed_in_at INTEGER,
    failed_count INTEGER NOT NULL,
    failed_at INTEGER,
    notice TEXT,
    CONSTRAINT login_id PRIMARY KEY (id),
    CONSTRAINT login_email UNIQUE (email)
) STRICT;

-- Which person a login is in each organisation; `ended_at` when it may no longer be used there.
CREATE TABLE login_person (
    login BLOB NOT NULL,
    organisation BLOB NOT NULL,
    person BLOB NOT NULL,
    school BLOB NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    ended_at INTEGER,
    CONSTRAINT login_person_login_organisation PRIMARY KEY (login, organisation),
    CONSTRAINT login_person_person UNIQUE (person),
    FOREIGN KEY (login) REFERENCES login (id),
    FOREIGN KEY (organisation) REFERENCES organisation (id),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
CREATE INDEX login_person_organisation_name_key_login ON login_person (organisation, name_key, login);

CREATE TABLE login_password (
    login BLOB NOT NULL,
    number INTEGER NOT NULL,
    password TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    CONSTRAINT login_password_login_number PRIMARY KEY (login, number),
    FOREIGN KEY (login) REFERENCES login (id)
) STRICT;

CREATE TABLE session (
    id BLOB NOT NULL,
    token TEXT NOT NULL,
    way TEXT NOT NULL CHECK (way IN ('password', 'link', 'emergency')),
    login BLOB,
    organisation BLOB NOT NULL,
    person BLOB NOT NULL,
    device TEXT,
    browser TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    ended_at INTEGER,
    before_at INTEGER,
    before_failed INTEGER NOT NULL,
    CONSTRAINT session_id PRIMARY KEY (id),
    CONSTRAINT session_token UNIQUE (token),
    FOREIGN KEY (login) REFERENCES login (id),
    FOREIGN KEY (organisation) REFERENCES organisation (id)
) STRICT;
CREATE INDEX session_login_started_at_id ON session (login, started_at, id);
CREATE INDEX session_ends_at ON session (ends_at);

-- One-time links; `target` is the path it leads to when it is more than a way in.
CREATE TABLE link (
    id BLOB NOT NULL,
    token TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('invite', 'reset', 'sign-in')),
    login BLOB NOT NULL,
    organisation BLOB NOT NULL,
    target TEXT,
    made_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    used_at INTEGER,
    CONSTRAINT link_id PRIMARY KEY (id),
    CONSTRAINT link_token UNIQUE (token),
    FOREIGN KEY (login) REFERENCES login (id),
    FOREIGN KEY (organisation) REFERENCES organisation (id)
) STRICT;
CREATE INDEX link_login ON link (login);

-- Wrong attempts by what they were made on: an address from a source, or a source. The key is a hash.
CREATE TABLE throttle (
    key TEXT NOT NULL,
    count INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    CONSTRAINT throttle_key PRIMARY KEY (key)
) STRICT;
CREATE INDEX throttle_until_at ON throttle (until_at);

-- What somebody had typed when they were signed out, sealed.
CREATE TABLE draft (
    login BLOB NOT NULL,
    path TEXT NOT NULL,
    sealed TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    CONSTRAINT draft_login_path PRIMARY KEY (login, path),
    FOREIGN KEY (login) REFERENCES login (id)
) STRICT;

-- The one code of the first run.
CREATE TABLE setup_code (
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    tries INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    CONSTRAINT setup_code_name PRIMARY KEY (name)
) STRICT;

-- The emergency account of each organisation, and each use of it.
CREATE TABLE emergency_code (
    organisation BLOB NOT NULL,
    hash TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    CONSTRAINT emergency_code_organisation PRIMARY KEY (organisation),
    FOREIGN KEY (organisation) REFERENCES organisation (id)
) STRICT;

CREATE TABLE emergency_use (
    id BLOB NOT NULL,
    organisation BLOB NOT NULL,
    at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    reviewed_at INTEGER,
    reviewer BLOB,
    words TEXT,
    CONSTRAINT emergency_use_id PRIMARY KEY (id),
    FOREIGN KEY (organisation) REFERENCES organisation (id)
) STRICT;
CREATE INDEX emergency_use_organisation_at_id ON emergency_use (organisation, at, id);

-- How an organisation wants sign-in to be; a row only where it differs from what is usual.
CREATE TABLE sign_in_setting (
    organisation BLOB NOT NULL,
    reset TEXT NOT NULL CHECK (reset IN ('itself', 'administrator')),
    idle_leading INTEGER NOT NULL,
    idle_staff INTEGER NOT NULL,
    CONSTRAINT sign_in_setting_organisation PRIMARY KEY (organisation),
    FOREIGN KEY (organisation) REFERENCES organisation (id)
) STRICT;
