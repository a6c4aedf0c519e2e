-- An organisation's own words for roles: *Principal* for the headteacher.
CREATE TABLE role_label (
    organisation UUID NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    title TEXT NOT NULL,
    set_at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT role_label_organisation_role PRIMARY KEY (organisation, role),
    FOREIGN KEY (organisation) REFERENCES organisation (id)
);
