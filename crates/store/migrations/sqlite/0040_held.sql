-- A session of somebody who has to sign before anything else.
ALTER TABLE session ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
