-- Calendar feeds: one a person, kept as the hash of the text in its address.
CREATE TABLE feed (
    person BLOB NOT NULL,
    organisation BLOB NOT NULL,
    hash TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    CONSTRAINT feed_person PRIMARY KEY (person),
    CONSTRAINT feed_hash UNIQUE (hash),
    FOREIGN KEY (organisation) REFERENCES organisation (id),
    FOREIGN KEY (person) REFERENCES entry (id) ON DELETE CASCADE
) STRICT;

-- On which day a school means to do a yearly task; when it is due stays as the policy says.
CREATE TABLE task_plan (
    school BLOB NOT NULL,
    pack TEXT NOT NULL,
    control TEXT NOT NULL,
    due TEXT NOT NULL,
    planned_on TEXT NOT NULL,
    CONSTRAINT task_plan_due PRIMARY KEY (school, pack, control, due),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
