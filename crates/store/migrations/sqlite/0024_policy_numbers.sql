-- Why a number of the policy was set; and which of two policies holds where they cannot both be met.
ALTER TABLE param_value ADD COLUMN why TEXT NOT NULL DEFAULT '';

CREATE TABLE pack_conflict (
    school BLOB NOT NULL,
    conflict TEXT NOT NULL,
    holds TEXT NOT NULL,
    reason TEXT NOT NULL,
    decided_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT pack_conflict_school_conflict PRIMARY KEY (school, conflict),
    FOREIGN KEY (school) REFERENCES school (id)
) STRICT;
