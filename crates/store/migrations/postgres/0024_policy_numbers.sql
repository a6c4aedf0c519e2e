-- Why a number of the policy was set; and which of two policies holds where they cannot both be met.
ALTER TABLE param_value ADD COLUMN why TEXT COLLATE "C" NOT NULL DEFAULT '';

CREATE TABLE pack_conflict (
    school UUID NOT NULL,
    conflict TEXT COLLATE "C" NOT NULL,
    holds TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    decided_at BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    CONSTRAINT pack_conflict_school_conflict PRIMARY KEY (school, conflict),
    FOREIGN KEY (school) REFERENCES school (id)
);
