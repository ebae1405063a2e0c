-- What an employer did that counts against it until a day. What happened before this revision is not held against anybody.
CREATE TABLE strike (
    id             uuid PRIMARY KEY DEFAULT uuidv7(),
    employer_id    uuid NOT NULL REFERENCES employer,
    request_id     uuid NOT NULL REFERENCES request ON DELETE CASCADE,
    season_id      uuid NOT NULL REFERENCES season,
    cause          text NOT NULL CONSTRAINT strike_cause_known CHECK (cause IN ('no_show', 'late_cancel')),
    noted_at       timestamptz NOT NULL,
    expires_on     date NOT NULL,
    removed_at     timestamptz,
    removed_by     uuid REFERENCES account,
    removed_reason text NOT NULL DEFAULT '',
    row_version    integer NOT NULL DEFAULT 1,
    CONSTRAINT strike_once_per_request UNIQUE (request_id)
);
CREATE INDEX strike_of_employer ON strike (employer_id) WHERE removed_at IS NULL;
CREATE INDEX strike_of_season ON strike (season_id);

CREATE TABLE strike_appeal (
    id          uuid PRIMARY KEY DEFAULT uuidv7(),
    strike_id   uuid NOT NULL REFERENCES strike ON DELETE CASCADE,
    state       text NOT NULL DEFAULT 'open' CONSTRAINT strike_appeal_state_known CHECK (state IN ('open', 'upheld', 'rejected')),
    note        text NOT NULL,
    made_by     uuid REFERENCES account,
    made_at     timestamptz NOT NULL,
    answer      text NOT NULL DEFAULT '',
    decided_by  uuid REFERENCES account,
    decided_at  timestamptz,
    row_version integer NOT NULL DEFAULT 1,
    CONSTRAINT strike_appeal_decided CHECK ((state = 'open') = (decided_at IS NULL))
);
CREATE UNIQUE INDEX strike_appeal_one_open ON strike_appeal (strike_id) WHERE state = 'open';
CREATE INDEX strike_appeal_of_strike ON strike_appeal (strike_id);

-- Strikes up to `strikes_waived_at` hold nothing back any more, though they still count.
ALTER TABLE employer ADD COLUMN suspended_for_strikes boolean NOT NULL DEFAULT false,
    ADD COLUMN strikes_waived_at timestamptz;

CREATE OR REPLACE VIEW employer_line AS
SELECT id, team_id, legal_name, name_en, credit_code, size_class, property_code, industry_code, city, website, introduction,
    licence_name, licence_code, licence_valid_until, state, state_reasons, state_note, suspended_until, review_asked_at,
    review_due_at, needs_review,
    EXISTS (SELECT 1 FROM licence_scan WHERE licence_scan.employer_id = employer.id) AS has_scan, row_version,
    suspended_for_strikes, strikes_waived_at
FROM employer;

-- Of what waits since when for a decision that is overdue the deciders were reminded.
CREATE TABLE overdue_reminder (
    subject_id  uuid NOT NULL,
    waits_since timestamptz NOT NULL,
    reminded_at timestamptz NOT NULL,
    PRIMARY KEY (subject_id, waits_since)
);
