-- How a school words an agreement until it publishes it; what was published stands with the publication.
CREATE TABLE agreement_wording (
    school UUID NOT NULL,
    pack TEXT COLLATE "C" NOT NULL,
    control TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    CONSTRAINT agreement_wording_control PRIMARY KEY (school, pack, control),
    FOREIGN KEY (school) REFERENCES school (id)
);

-- Links to sign by without an account: one person's, once; or a device at reception that makes such links. The token is
-- kept as its hash. `target` is PACK/CONTROL, empty for a device.
CREATE TABLE sign_link (
    id UUID NOT NULL,
    token TEXT COLLATE "C" NOT NULL,
    carrier TEXT COLLATE "C" NOT NULL CHECK (carrier IN ('mail', 'kiosk', 'paper', 'device')),
    organisation UUID NOT NULL,
    school UUID NOT NULL,
    target TEXT COLLATE "C" NOT NULL,
    -- The entry signed for, where there is one signature an entry.
    entry UUID,
    -- Whose it is; of a device, who put it there.
    person UUID,
    made_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    used_at BIGINT,
    CONSTRAINT sign_link_id PRIMARY KEY (id),
    CONSTRAINT sign_link_token UNIQUE (token),
    FOREIGN KEY (school) REFERENCES school (id),
    FOREIGN KEY (organisation) REFERENCES organisation (id)
);
CREATE INDEX sign_link_ends_at ON sign_link (ends_at);
