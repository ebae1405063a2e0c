-- name: insert_account(email, password_hash, display_name, phone, locale, role, employer_id, department_id, email_verified_at, now)^
-- Open an account.
INSERT INTO account (email, password_hash, display_name, phone, locale, role, employer_id, department_id, email_verified_at, created_at)
VALUES (lower(:email), :password_hash, :display_name, :phone, :locale, :role, :employer_id, :department_id, :email_verified_at, :now)
RETURNING id, email, display_name, phone, locale, role, employer_id, department_id, email_verified_at, disabled_at, row_version;

-- name: find_account(account_id)^
-- One account.
SELECT id, email, display_name, phone, locale, role, employer_id, department_id, email_verified_at, disabled_at, row_version
FROM account WHERE id = :account_id;

-- name: find_account_by_email(email)^
-- One account by its address.
SELECT id, email, display_name, phone, locale, role, employer_id, department_id, email_verified_at, disabled_at, row_version
FROM account WHERE email = lower(:email);

-- name: find_password(email)^
-- The secret of an address, for signing in.
SELECT id, password_hash FROM account
WHERE email = lower(:email) AND disabled_at IS NULL AND email_verified_at IS NOT NULL;

-- name: list_accounts()
-- Every account.
SELECT id, email, display_name, phone, locale, role, employer_id, department_id, email_verified_at, disabled_at, row_version
FROM account ORDER BY role, email;

-- name: list_contacts_of_employer(employer_id)
-- Accounts that may speak for an employer.
SELECT id, email, display_name, phone, locale, role, employer_id, department_id, email_verified_at, disabled_at, row_version
FROM account WHERE employer_id = :employer_id AND disabled_at IS NULL ORDER BY created_at;

-- name: list_staff_of_department(department_id)
-- Accounts of a department's staff.
SELECT id, email, display_name, phone, locale, role, employer_id, department_id, email_verified_at, disabled_at, row_version
FROM account WHERE department_id = :department_id AND disabled_at IS NULL ORDER BY created_at;

-- name: list_organisers()
-- Accounts of the career centre.
SELECT id, email, display_name, phone, locale, role, employer_id, department_id, email_verified_at, disabled_at, row_version
FROM account WHERE role IN ('organiser', 'administrator') AND disabled_at IS NULL ORDER BY created_at;

-- name: update_password(account_id, password_hash)!
-- A new secret.
UPDATE account SET password_hash = :password_hash, row_version = row_version + 1 WHERE id = :account_id;

-- name: mark_email_verified(account_id, now)!
-- The address is the person's.
UPDATE account SET email_verified_at = coalesce(email_verified_at, :now) WHERE id = :account_id;

-- name: update_locale(account_id, locale)!
-- The person's language.
UPDATE account SET locale = :locale WHERE id = :account_id;

-- name: update_employer(account_id, employer_id)!
-- The contact now speaks for an employer, or for none.
UPDATE account SET employer_id = :employer_id, row_version = row_version + 1 WHERE id = :account_id;

-- name: administrator_exists()$
-- Whether the first run is over.
SELECT EXISTS (SELECT 1 FROM account WHERE role = 'administrator');

-- name: insert_session(token_hash, account_id, life_seconds)!
-- Somebody signed in.
INSERT INTO session (token_hash, account_id, expires_at)
VALUES (:token_hash, :account_id, now() + make_interval(secs => :life_seconds));

-- name: find_session_account(token_hash, life_seconds, today)^
-- Who is behind a session that still lives; one that is used lives on, written down once a day.
WITH used AS (
    UPDATE session SET expires_at = now() + make_interval(secs => :life_seconds)
    WHERE token_hash = :token_hash AND expires_at > now()
        AND expires_at < now() + make_interval(secs => :life_seconds) - interval '1 day'
)
SELECT account.id, email, display_name, phone, locale, role, employer_id, department_id, email_verified_at, disabled_at, row_version,
    (SELECT coalesce(jsonb_agg(to_jsonb(held)), '[]') FROM duties_on(:today) AS held WHERE held.account_id = account.id) AS duties
FROM session JOIN account ON account.id = session.account_id
WHERE session.token_hash = :token_hash AND session.expires_at > now() AND account.disabled_at IS NULL;

-- name: find_session_account_unchanged(token_hash, today)^
-- The same, where nothing can be written.
SELECT account.id, email, display_name, phone, locale, role, employer_id, department_id, email_verified_at, disabled_at, row_version,
    (SELECT coalesce(jsonb_agg(to_jsonb(held)), '[]') FROM duties_on(:today) AS held WHERE held.account_id = account.id) AS duties
FROM session JOIN account ON account.id = session.account_id
WHERE session.token_hash = :token_hash AND session.expires_at > now() AND account.disabled_at IS NULL;

-- name: delete_session(token_hash)!
-- Somebody signed out.
DELETE FROM session WHERE token_hash = :token_hash;

-- name: delete_sessions_of(account_id)!
-- Signed out everywhere.
DELETE FROM session WHERE account_id = :account_id;

-- name: delete_expired()!
-- Sessions, tokens and rate windows that have ended.
WITH sessions AS (DELETE FROM session WHERE expires_at < now()),
     tokens AS (DELETE FROM one_time_token WHERE expires_at < now() - interval '7 days'),
     windows AS (DELETE FROM rate_limit WHERE window_start < now() - interval '1 day')
DELETE FROM idempotency_key WHERE created_at < now() - interval '3 days';

-- name: insert_token(token_hash, account_id, purpose, life_seconds)!
-- A link that works once.
INSERT INTO one_time_token (token_hash, account_id, purpose, expires_at)
VALUES (:token_hash, :account_id, :purpose, now() + make_interval(secs => :life_seconds));

-- name: use_token(token_hash, purpose)$
-- Use a link up; nothing when it was used or is too old.
UPDATE one_time_token SET used_at = now()
WHERE token_hash = :token_hash AND purpose = :purpose AND used_at IS NULL AND expires_at > now()
RETURNING account_id;

-- name: count_hit(bucket, window_seconds)$
-- One more try in this window; returns how many there were.
INSERT INTO rate_limit (bucket, window_start)
VALUES (:bucket, to_timestamp(floor(extract(epoch FROM now()) / :window_seconds) * :window_seconds))
ON CONFLICT (bucket, window_start) DO UPDATE SET hits = rate_limit.hits + 1
RETURNING hits;

-- name: uncount_hit(bucket, window_seconds)!
-- A try that was right does not count.
UPDATE rate_limit SET hits = hits - 1
WHERE bucket = :bucket AND hits > 0
    AND window_start = to_timestamp(floor(extract(epoch FROM now()) / :window_seconds) * :window_seconds);

-- name: update_registration(account_id, password_hash, display_name, phone, locale)!
-- The latest registration of an address that nobody has shown to be theirs.
WITH ended AS (DELETE FROM one_time_token WHERE account_id = :account_id)
UPDATE account SET password_hash = :password_hash, display_name = :display_name, phone = :phone, locale = :locale,
    row_version = row_version + 1
WHERE id = :account_id AND email_verified_at IS NULL;

-- name: find_school()^
-- The school's names.
SELECT name_zh, name_en FROM school;

-- name: upsert_school(name_zh, name_en)!
-- Name the school.
INSERT INTO school (name_zh, name_en) VALUES (:name_zh, :name_en)
ON CONFLICT (id) DO UPDATE SET name_zh = excluded.name_zh, name_en = excluded.name_en;

-- name: update_disabled(account_id, disabled_at)^
-- Close an account, or open it again.
UPDATE account SET disabled_at = :disabled_at, row_version = row_version + 1 WHERE id = :account_id
RETURNING id, email, display_name, phone, locale, role, employer_id, department_id, email_verified_at, disabled_at, row_version;

-- name: note_refused(address, refusal)!
-- A mail server does not know an address; since when stays as it was first found.
INSERT INTO mail_address (address, refused_at, refusal) VALUES (:address, now(), :refusal)
ON CONFLICT ON CONSTRAINT mail_address_unique DO UPDATE
    SET refused_at = coalesce(mail_address.refused_at, now()), refusal = excluded.refusal;

-- name: list_refused(addresses)
-- Which of some addresses take no messages.
SELECT address, refused_at FROM mail_address WHERE address = ANY(:addresses::text[]) AND refused_at IS NOT NULL;

-- name: list_refused_of_employer(employer_id)
-- Which of an employer's people messages do not reach.
SELECT account.email AS address, mail_address.refused_at
FROM account JOIN mail_address ON mail_address.address = account.email
WHERE account.employer_id = :employer_id AND account.disabled_at IS NULL AND mail_address.refused_at IS NOT NULL;
