-- What was done about the end of a licence: once for each employer and day, so that a verification after it stands.
CREATE TABLE licence_notice (
    employer_id uuid NOT NULL REFERENCES employer ON DELETE CASCADE,
    valid_until date NOT NULL,
    told_at     timestamptz NOT NULL,
    ended_at    timestamptz,
    PRIMARY KEY (employer_id, valid_until)
);
