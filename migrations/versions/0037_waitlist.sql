-- How often it was asked to go through a season's waitlist, and up to which asking that was done: whoever goes through it
-- holds the season's waitlist lock, and a killed one leaves `asked` ahead.
CREATE TABLE waitlist_walk (
    season_id uuid PRIMARY KEY REFERENCES season ON DELETE CASCADE,
    asked     bigint NOT NULL DEFAULT 0,
    done      bigint NOT NULL DEFAULT 0
);
