-- The last number given to a request of a season, by prefix. Who takes the next one waits for the one before.
CREATE TABLE request_number (
    season_id  uuid NOT NULL REFERENCES season ON DELETE CASCADE,
    prefix     text NOT NULL,
    last       integer NOT NULL CONSTRAINT request_number_positive CHECK (last > 0),
    CONSTRAINT request_number_pkey PRIMARY KEY (season_id, prefix)
);

-- Numbers of six digits and more were never reached by counting.
INSERT INTO request_number (season_id, prefix, last)
SELECT season_id, left(reference, 1), max(substring(reference FROM 2)::integer)
FROM request
WHERE reference ~ '^[CDE][0-9]{1,5}$' AND substring(reference FROM 2)::integer > 0
GROUP BY season_id, left(reference, 1);
