-- The sizes of an activity that somebody approved, where it changed since without anybody being asked.
CREATE TABLE approved_size (
    activity_id      uuid PRIMARY KEY REFERENCES activity ON DELETE CASCADE,
    attendance       integer NOT NULL,
    duration_minutes integer NOT NULL,
    booths           integer NOT NULL
);
