-- What was erased leaves traces in the file until it is written anew: how often something was erased, and how often
-- of that the file has been cleaned. A process that ends between the two leaves the difference to the next one.
CREATE TABLE keep_clean (
    id BIGINT NOT NULL CHECK (id = 1),
    erased_number BIGINT NOT NULL,
    cleaned_number BIGINT NOT NULL,
    CONSTRAINT keep_clean_id PRIMARY KEY (id)
);
INSERT INTO keep_clean (id, erased_number, cleaned_number) VALUES (1, 1, 0);
