-- Work to be done later. What is done goes; what could not be done stays in sight as dead.
CREATE TABLE job (
    id UUID NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C",
    organisation UUID,
    document TEXT NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('waiting', 'running', 'dead')),
    attempts BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    holder UUID,
    CONSTRAINT job_id PRIMARY KEY (id)
);
CREATE UNIQUE INDEX job_kind_key ON job (kind, key) WHERE stage = 'waiting' AND key IS NOT NULL;
CREATE INDEX job_stage_run_at_id ON job (stage, run_at, id);

-- What each attempt did. It outlives its job.
CREATE TABLE job_run (
    id UUID NOT NULL,
    job UUID NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    organisation UUID,
    attempt BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    ending TEXT CHECK (ending IN ('done', 'retried', 'failed', 'panicked', 'timed-out', 'lost', 'released')),
    counts TEXT NOT NULL,
    why TEXT,
    CONSTRAINT job_run_id PRIMARY KEY (id)
);
CREATE INDEX job_run_kind_started_at_id ON job_run (kind, started_at, id);
CREATE INDEX job_run_started_at_id ON job_run (started_at, id);
CREATE INDEX job_run_job ON job_run (job);

-- When each line of the schedule was last made a job.
CREATE TABLE schedule (
    name TEXT COLLATE "C" NOT NULL,
    pushed_at BIGINT NOT NULL,
    CONSTRAINT schedule_name PRIMARY KEY (name)
);

-- What exactly one process does at a time, and which processes work. A holder moves `beat` to say that it lives.
CREATE TABLE lease (
    name TEXT COLLATE "C" NOT NULL,
    holder UUID NOT NULL,
    beat BIGINT NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT lease_name PRIMARY KEY (name)
);
CREATE INDEX lease_holder ON lease (holder);
