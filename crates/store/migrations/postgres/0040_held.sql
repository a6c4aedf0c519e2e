-- A session of somebody who has to sign before anything else.
ALTER TABLE session ADD COLUMN held BOOLEAN NOT NULL DEFAULT FALSE;
