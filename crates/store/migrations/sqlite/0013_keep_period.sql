-- Times to keep that an organisation or one of its schools chose: `place` is the one or the other.
CREATE TABLE keep_period (
    organisation BLOB NOT NULL,
    place BLOB NOT NULL,
    what TEXT NOT NULL,
    span TEXT NOT NULL,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    CONSTRAINT keep_period_place_what PRIMARY KEY (place, what),
    FOREIGN KEY (organisation) REFERENCES organisation (id)
) STRICT;
CREATE INDEX keep_period_organisation_what_place ON keep_period (organisation, what, place);
INSERT INTO keep_period (organisation, place, what, span, reason, actor, set_at)
    SELECT organisation, organisation, what, span, reason, actor, set_at FROM keep_rule;
DROP TABLE keep_rule;

-- Somebody looked whether a hold is still needed, and put the next look off.
CREATE TABLE hold_review (
    id BLOB NOT NULL,
    hold BLOB NOT NULL,
    review_on TEXT NOT NULL,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT hold_review_id PRIMARY KEY (id),
    FOREIGN KEY (hold) REFERENCES hold (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX hold_review_hold_at_id ON hold_review (hold, at, id);
