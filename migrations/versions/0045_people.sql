-- Who answers for an employer's people. A table of its own: nothing of the employer changes by that.
CREATE TABLE employer_owner (
    employer_id uuid PRIMARY KEY REFERENCES employer ON DELETE CASCADE,
    account_id  uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    since       timestamptz NOT NULL
);

-- Everybody who acts for an employer. One of them owns: who was named, or else who is there longest.
CREATE VIEW employer_person AS
SELECT account.employer_id, account.id AS account_id, account.display_name, account.email, account.phone, account.locale,
    row_number() OVER (PARTITION BY account.employer_id
        ORDER BY (owner.account_id IS NOT DISTINCT FROM account.id) DESC, account.created_at, account.id) = 1 AS is_owner
FROM account LEFT JOIN employer_owner AS owner ON owner.employer_id = account.employer_id
WHERE account.employer_id IS NOT NULL AND account.disabled_at IS NULL;

CREATE TABLE employer_invitation (
    id          uuid PRIMARY KEY DEFAULT uuidv7(),
    employer_id uuid NOT NULL REFERENCES employer ON DELETE CASCADE,
    email       text NOT NULL CONSTRAINT employer_invitation_email_shape CHECK (email = lower(email) AND email LIKE '_%@_%'),
    locale      text NOT NULL,
    as_owner    boolean NOT NULL DEFAULT false,
    state       text NOT NULL DEFAULT 'open'
        CONSTRAINT employer_invitation_state_known CHECK (state IN ('open', 'accepted', 'withdrawn')),
    invited_by  uuid REFERENCES account ON DELETE SET NULL,
    invited_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL
);
CREATE UNIQUE INDEX employer_invitation_once ON employer_invitation (employer_id, email) WHERE state = 'open';

-- From whom to whom requests went: letters name both, and the old contact may have no account.
CREATE TABLE handover (
    id            uuid PRIMARY KEY DEFAULT uuidv7(),
    employer_id   uuid NOT NULL REFERENCES employer ON DELETE CASCADE,
    from_name     text NOT NULL,
    from_email    text NOT NULL,
    from_locale   text NOT NULL,
    to_account_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    handed_at     timestamptz NOT NULL
);
CREATE INDEX handover_of_employer ON handover (employer_id, handed_at);
