-- Lists that were handed in and are not saved yet, what a look at them shows, and whose turn it is to save one.
CREATE TABLE intake (
    id BLOB NOT NULL,
    school BLOB NOT NULL,
    register TEXT NOT NULL,
    file TEXT NOT NULL,
    blob BLOB NOT NULL,
    step TEXT NOT NULL CHECK (step IN ('open', 'looking', 'looked', 'saving', 'saved')),
    version INTEGER NOT NULL,
    choices TEXT NOT NULL,
    outcome TEXT,
    import BLOB,
    progress INTEGER,
    progress_of INTEGER,
    person BLOB,
    actor TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    CONSTRAINT intake_id PRIMARY KEY (id),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
CREATE INDEX intake_school_created_at_id ON intake (school, created_at, id);
CREATE INDEX intake_ends_at ON intake (ends_at);

CREATE TABLE intake_line (
    intake BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('new', 'changed', 'left', 'refused', 'question', 'same')),
    number INTEGER NOT NULL,
    name_key TEXT NOT NULL,
    document TEXT NOT NULL,
    CONSTRAINT intake_line_intake_kind_number PRIMARY KEY (intake, kind, number),
    FOREIGN KEY (intake) REFERENCES intake (id) ON DELETE CASCADE
) STRICT;

CREATE TABLE import_turn (
    school BLOB NOT NULL,
    register TEXT NOT NULL,
    number INTEGER NOT NULL,
    CONSTRAINT import_turn_school_register PRIMARY KEY (school, register),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
