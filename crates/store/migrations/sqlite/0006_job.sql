-- Work to be done later. What is done goes; what could not be done stays in sight as dead.
CREATE TABLE job (
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    key TEXT,
    organisation BLOB,
    document TEXT NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('waiting', 'running', 'dead')),
    attempts INTEGER NOT NULL,
    run_at INTEGER NOT NULL,
    holder BLOB,
    CONSTRAINT job_id PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX job_kind_key ON job (kind, key) WHERE stage = 'waiting' AND key IS NOT NULL;
CREATE INDEX job_stage_run_at_id ON job (stage, run_at, id);

-- What each attempt did. It outlives its job.
CREATE TABLE job_run (
    id BLOB NOT NULL,
    job BLOB NOT NULL,
    kind TEXT NOT NULL,
    organisation BLOB,
    attempt INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    ending TEXT CHECK (ending IN ('done', 'retried', 'failed', 'panicked', 'timed-out', 'lost', 'released')),
    counts TEXT NOT NULL,
    why TEXT,
    CONSTRAINT job_run_id PRIMARY KEY (id)
) STRICT;
CREATE INDEX job_run_kind_started_at_id ON job_run (kind, started_at, id);
CREATE INDEX job_run_started_at_id ON job_run (started_at, id);
CREATE INDEX job_run_job ON job_run (job);

-- When each line of the schedule was last made a job.
CREATE TABLE schedule (
    name TEXT NOT NULL,
    pushed_at INTEGER NOT NULL,
    CONSTRAINT schedule_name PRIMARY KEY (name)
) STRICT;

-- What exactly one process does at a time, and which processes work. A holder moves `beat` to say that it lives.
CREATE TABLE lease (
    name TEXT NOT NULL,
    holder BLOB NOT NULL,
    beat INTEGER NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT lease_name PRIMARY KEY (name)
) STRICT;
CREATE INDEX lease_holder ON lease (holder);
