-- Times to keep that an organisation or one of its schools chose: `place` is the one or the other.
CREATE TABLE keep_period (
    organisation UUID NOT NULL,
    place UUID NOT NULL,
    what TEXT NOT NULL,
    span TEXT NOT NULL,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    set_at BIGINT NOT NULL,
    CONSTRAINT keep_period_place_what PRIMARY KEY (place, what),
    FOREIGN KEY (organisation) REFERENCES organisation (id)
);
CREATE INDEX keep_period_organisation_what_place ON keep_period (organisation, what, place);
INSERT INTO keep_period (organisation, place, what, span, reason, actor, set_at)
    SELECT organisation, organisation, what, span, reason, actor, set_at FROM keep_rule;
DROP TABLE keep_rule;

-- Somebody looked whether a hold is still needed, and put the next look off.
CREATE TABLE hold_review (
    id UUID NOT NULL,
    hold UUID NOT NULL,
    review_on TEXT NOT NULL,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT hold_review_id PRIMARY KEY (id),
    FOREIGN KEY (hold) REFERENCES hold (id) ON DELETE CASCADE
);
CREATE INDEX hold_review_hold_at_id ON hold_review (hold, at, id);
