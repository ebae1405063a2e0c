CREATE TABLE employer (
    id                uuid PRIMARY KEY DEFAULT uuidv7(),
    team_id           uuid NOT NULL UNIQUE REFERENCES resource,
    legal_name        text NOT NULL CONSTRAINT employer_name_not_empty CHECK (legal_name <> ''),
    name_en           text NOT NULL DEFAULT '',
    credit_code       text NOT NULL CONSTRAINT employer_credit_code_unique UNIQUE CONSTRAINT employer_credit_code_shape CHECK (credit_code ~ '^[0-9A-Z]{18}$'),
    size_class        text NOT NULL CONSTRAINT employer_size_known CHECK (size_class IN ('micro', 'small', 'medium', 'large')),
    property_code     text NOT NULL DEFAULT 'other',
    industry_code     text NOT NULL DEFAULT '',
    city              text NOT NULL DEFAULT '',
    website           text NOT NULL DEFAULT '',
    introduction      text NOT NULL DEFAULT '',
    licence_name      text NOT NULL DEFAULT '',
    licence_code      text NOT NULL DEFAULT '',
    licence_valid_until date, -- null: no end date on the licence
    state             text NOT NULL DEFAULT 'registered'
        CONSTRAINT employer_state_known CHECK (state IN ('registered', 'under_review', 'verified', 'refused', 'suspended')),
    state_reasons     text[] NOT NULL DEFAULT '{}',
    state_note        text NOT NULL DEFAULT '',
    suspended_until   date,
    review_asked_at   timestamptz,
    review_due_at     timestamptz,
    row_version       integer NOT NULL DEFAULT 1,
    created_at        timestamptz NOT NULL,
    CONSTRAINT employer_suspension_has_end CHECK ((state = 'suspended') = (suspended_until IS NOT NULL)),
    CONSTRAINT employer_review_has_clock CHECK (state <> 'under_review' OR review_due_at IS NOT NULL)
);
CREATE INDEX employer_name_search ON employer USING gin (legal_name gin_trgm_ops);
CREATE INDEX employer_waiting ON employer (review_due_at) WHERE state = 'under_review';

CREATE TABLE licence_scan (
    employer_id   uuid PRIMARY KEY REFERENCES employer ON DELETE CASCADE,
    content       bytea NOT NULL CONSTRAINT licence_scan_size CHECK (octet_length(content) BETWEEN 1 AND 5242880),
    content_type  text NOT NULL CONSTRAINT licence_scan_type CHECK (content_type IN ('image/jpeg', 'image/png', 'application/pdf')),
    sha256        bytea NOT NULL,
    stored_at     timestamptz NOT NULL
);
