-- How a school words an agreement until it publishes it; what was published stands with the publication.
CREATE TABLE agreement_wording (
    school BLOB NOT NULL,
    pack TEXT NOT NULL,
    control TEXT NOT NULL,
    document TEXT NOT NULL,
    version INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT agreement_wording_control PRIMARY KEY (school, pack, control),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;

-- Links to sign by without an account: one person's, once; or a device at reception that makes such links. The token is
-- kept as its hash. `target` is PACK/CONTROL, empty for a device.
CREATE TABLE sign_link (
    id BLOB NOT NULL,
    token TEXT NOT NULL,
    carrier TEXT NOT NULL CHECK (carrier IN ('mail', 'kiosk', 'paper', 'device')),
    organisation BLOB NOT NULL,
    school BLOB NOT NULL,
    target TEXT NOT NULL,
    -- The entry signed for, where there is one signature an entry.
    entry BLOB,
    -- Whose it is; of a device, who put it there.
    person BLOB,
    made_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    used_at INTEGER,
    CONSTRAINT sign_link_id PRIMARY KEY (id),
    CONSTRAINT sign_link_token UNIQUE (token),
    FOREIGN KEY (school) REFERENCES school (id),
    FOREIGN KEY (organisation) REFERENCES organisation (id)
) STRICT;
CREATE INDEX sign_link_ends_at ON sign_link (ends_at);
