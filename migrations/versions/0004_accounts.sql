CREATE TABLE account (
    id              uuid PRIMARY KEY DEFAULT uuidv7(),
    email           text NOT NULL CONSTRAINT account_email_shape CHECK (email = lower(email) AND email LIKE '_%@_%'),
    password_hash   text NOT NULL,
    display_name    text NOT NULL CONSTRAINT account_name_not_empty CHECK (display_name <> ''),
    phone           text NOT NULL DEFAULT '',
    locale          text NOT NULL DEFAULT 'zh-CN' CONSTRAINT account_locale_known CHECK (locale IN ('zh-CN', 'en')),
    role            text NOT NULL CONSTRAINT account_role_known
        CHECK (role IN ('employer_contact', 'department_staff', 'organiser', 'administrator')),
    employer_id     uuid REFERENCES employer,
    department_id   uuid REFERENCES department,
    email_verified_at timestamptz,
    disabled_at     timestamptz,
    row_version     integer NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL,
    CONSTRAINT account_email_unique UNIQUE (email),
    CONSTRAINT account_employer_fits_role CHECK (employer_id IS NULL OR role = 'employer_contact'),
    CONSTRAINT account_department_fits_role CHECK ((department_id IS NOT NULL) = (role = 'department_staff'))
);
CREATE INDEX account_by_employer ON account (employer_id) WHERE employer_id IS NOT NULL;

-- Sessions use real time, not business time.
CREATE TABLE session (
    token_hash   bytea PRIMARY KEY,
    account_id   uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL
);
CREATE INDEX session_by_account ON session (account_id);
CREATE INDEX session_by_expiry ON session (expires_at);

CREATE TABLE one_time_token (
    token_hash   bytea PRIMARY KEY,
    account_id   uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    purpose      text NOT NULL CONSTRAINT one_time_token_purpose_known CHECK (purpose IN ('verify_email', 'reset_password')),
    expires_at   timestamptz NOT NULL,
    used_at      timestamptz
);
CREATE INDEX one_time_token_by_account ON one_time_token (account_id, purpose);
