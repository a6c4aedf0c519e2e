-- Calendar feeds: one a person, kept as the hash of the text in its address.
CREATE TABLE feed (
    person UUID NOT NULL,
    organisation UUID NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    made_at BIGINT NOT NULL,
    CONSTRAINT feed_person PRIMARY KEY (person),
    CONSTRAINT feed_hash UNIQUE (hash),
    FOREIGN KEY (organisation) REFERENCES organisation (id),
    FOREIGN KEY (person) REFERENCES entry (id) ON DELETE CASCADE
);

-- On which day a school means to do a yearly task; when it is due stays as the policy says.
CREATE TABLE task_plan (
    school UUID NOT NULL,
    pack TEXT COLLATE "C" NOT NULL,
    control TEXT COLLATE "C" NOT NULL,
    due TEXT COLLATE "C" NOT NULL,
    planned_on TEXT COLLATE "C" NOT NULL,
    CONSTRAINT task_plan_due PRIMARY KEY (school, pack, control, due),
    FOREIGN KEY (school) REFERENCES school (id)
);
