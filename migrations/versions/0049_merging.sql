-- Entries that went into another one, with what they were called. An entry that takes others in can go into a further one.
CREATE TABLE employer_merge (
    from_id     uuid PRIMARY KEY,
    into_id     uuid NOT NULL,
    legal_name  text NOT NULL,
    credit_code text NOT NULL,
    merged_by   uuid REFERENCES account ON DELETE SET NULL,
    merged_at   timestamptz NOT NULL
);
CREATE INDEX employer_merge_into ON employer_merge (into_id);
