-- Lists that were handed in and are not saved yet, what a look at them shows, and whose turn it is to save one.
CREATE TABLE intake (
    id UUID NOT NULL,
    school UUID NOT NULL,
    register TEXT COLLATE "C" NOT NULL,
    file TEXT NOT NULL,
    blob UUID NOT NULL,
    step TEXT NOT NULL CHECK (step IN ('open', 'looking', 'looked', 'saving', 'saved')),
    version BIGINT NOT NULL,
    choices TEXT NOT NULL,
    outcome TEXT,
    import UUID,
    progress BIGINT,
    progress_of BIGINT,
    person UUID,
    actor TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    CONSTRAINT intake_id PRIMARY KEY (id),
    FOREIGN KEY (school) REFERENCES school (id)
);
CREATE INDEX intake_school_created_at_id ON intake (school, created_at, id);
CREATE INDEX intake_ends_at ON intake (ends_at);

CREATE TABLE intake_line (
    intake UUID NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('new', 'changed', 'left', 'refused', 'question', 'same')),
    number BIGINT NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    document TEXT NOT NULL,
    CONSTRAINT intake_line_intake_kind_number PRIMARY KEY (intake, kind, number),
    FOREIGN KEY (intake) REFERENCES intake (id) ON DELETE CASCADE
);

CREATE TABLE import_turn (
    school UUID NOT NULL,
    register TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    CONSTRAINT import_turn_school_register PRIMARY KEY (school, register),
    FOREIGN KEY (school) REFERENCES school (id)
);
