CREATE TABLE employer_claim (
    id            uuid PRIMARY KEY DEFAULT uuidv7(),
    employer_id   uuid NOT NULL REFERENCES employer ON DELETE CASCADE,
    account_id    uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    note          text NOT NULL CONSTRAINT employer_claim_says_who CHECK (note <> ''),
    state         text NOT NULL DEFAULT 'open'
        CONSTRAINT employer_claim_state_known CHECK (state IN ('open', 'accepted', 'declined', 'withdrawn')),
    claimed_at    timestamptz NOT NULL,
    decided_by    uuid REFERENCES account ON DELETE SET NULL,
    decided_at    timestamptz,
    decision_note text NOT NULL DEFAULT '',
    row_version   integer NOT NULL DEFAULT 1,
    CONSTRAINT employer_claim_decided_once CHECK ((state = 'open') = (decided_at IS NULL))
);
CREATE UNIQUE INDEX employer_claim_one_open ON employer_claim (account_id) WHERE state = 'open';
CREATE INDEX employer_claim_of_employer ON employer_claim (employer_id) WHERE state = 'open';
