-- name: insert_employer(legal_name, name_en, credit_code, size_class, property_code, industry_code, city, website, introduction, licence_name, licence_code, licence_valid_until, now)$
-- Enter an employer; its people are a team that can be at one activity at a time.
WITH team AS (INSERT INTO resource (kind, label) VALUES ('team', :legal_name) RETURNING id)
INSERT INTO employer (team_id, legal_name, name_en, credit_code, size_class, property_code, industry_code, city, website,
    introduction, licence_name, licence_code, licence_valid_until, created_at)
SELECT team.id, :legal_name, :name_en, :credit_code, :size_class, :property_code, :industry_code, :city, :website,
    :introduction, :licence_name, :licence_code, :licence_valid_until, :now FROM team
RETURNING id;

-- name: find_employer(employer_id)^
-- One employer.
SELECT * FROM employer_line WHERE id = :employer_id;

-- name: find_employer_by_code(credit_code)^
-- One employer by its credit code.
SELECT * FROM employer_line WHERE credit_code = :credit_code;

-- name: list_known(employer_ids, states)
-- Which of some employers exist, in some states.
SELECT id FROM employer WHERE id = ANY(:employer_ids::uuid[]) AND (:states::text[] IS NULL OR state = ANY(:states::text[]));

-- name: list_ids_by_code(credit_codes, states, beside)
-- Employers by their credit codes: those in some states, and some that are known anyway.
SELECT id, credit_code FROM employer WHERE credit_code = ANY(:credit_codes::text[])
    AND (:states::text[] IS NULL OR state = ANY(:states::text[]) OR id = ANY(:beside::uuid[]));

-- name: lock_employer(employer_id)!
-- Nobody else changes this employer until this transaction ends.
SELECT 1 FROM employer WHERE id = :employer_id FOR NO KEY UPDATE;

-- name: lock_standing(employer_id)^
-- What an employer may do; nobody else changes that until this transaction ends.
SELECT state, suspended_until FROM employer WHERE id = :employer_id FOR NO KEY UPDATE;

-- name: list_employers(state, search, batch)
-- Employers of a state and a part of a name or code; the longest waiting first.
SELECT * FROM employer_line
WHERE (:state::text IS NULL OR state = :state)
    AND (:search::text IS NULL OR normalize(legal_name, NFKC) ILIKE :search OR normalize(name_en, NFKC) ILIKE :search OR normalize(credit_code, NFKC) ILIKE :search)
ORDER BY review_due_at NULLS LAST, legal_name LIMIT :batch;

-- name: list_employer_ids(state, search)
-- The same order, without what stands in the rows.
SELECT id FROM employer
WHERE state = :state
    AND (:search::text IS NULL OR normalize(legal_name, NFKC) ILIKE :search OR normalize(name_en, NFKC) ILIKE :search OR normalize(credit_code, NFKC) ILIKE :search)
ORDER BY review_due_at NULLS LAST, legal_name;

-- name: list_employers_of_ids(employer_ids)
-- Some employers in that order.
SELECT * FROM employer_line WHERE id = ANY(:employer_ids::uuid[]) ORDER BY review_due_at NULLS LAST, legal_name;

-- name: count_by_state()
-- How many employers are in each state.
SELECT state, count(*) AS employers FROM employer GROUP BY state;

-- name: update_employer(employer_id, expected_version, legal_name, name_en, size_class, property_code, industry_code, city, website, introduction, licence_name, licence_code, licence_valid_until)$
-- Change what is said of an employer that nobody changed meanwhile.
UPDATE employer SET legal_name = :legal_name, name_en = :name_en, size_class = :size_class, property_code = :property_code,
    industry_code = :industry_code, city = :city, website = :website, introduction = :introduction,
    licence_name = :licence_name, licence_code = :licence_code, licence_valid_until = :licence_valid_until,
    row_version = row_version + 1
WHERE id = :employer_id AND row_version = coalesce(:expected_version, row_version)
RETURNING id;

-- name: update_state(employer_id, state, reasons, note, suspended_until, for_strikes, review_asked_at, review_due_at)!
-- Move an employer.
UPDATE employer SET state = :state, state_reasons = :reasons, state_note = :note, suspended_until = :suspended_until,
    suspended_for_strikes = :for_strikes,
    review_asked_at = coalesce(:review_asked_at, review_asked_at), review_due_at = coalesce(:review_due_at, review_due_at),
    needs_review = false, row_version = row_version + 1
WHERE id = :employer_id;

-- name: mark_changed(employer_id, needs_review)!
-- Something beside the entry itself changed; what was looked at before is not what is there now.
UPDATE employer SET needs_review = needs_review OR :needs_review, row_version = row_version + 1 WHERE id = :employer_id;

-- name: waive_strikes(employer_id, now)!
-- Strikes up to now hold nothing back any more.
UPDATE employer SET strikes_waived_at = :now, row_version = row_version + 1 WHERE id = :employer_id;

-- name: list_ended_suspensions(today, batch)
-- Employers whose suspension is over.
SELECT id FROM employer WHERE state = 'suspended' AND suspended_until <= :today ORDER BY suspended_until, id LIMIT :batch;

-- name: upsert_scan(employer_id, content, content_type, sha256, now)!
-- Keep the licence's scan.
INSERT INTO licence_scan (employer_id, content, content_type, sha256, stored_at)
VALUES (:employer_id, :content, :content_type, :sha256, :now)
ON CONFLICT (employer_id) DO UPDATE SET content = excluded.content, content_type = excluded.content_type,
    sha256 = excluded.sha256, stored_at = excluded.stored_at;

-- name: find_scan(employer_id)^
-- The licence's scan.
SELECT content, content_type FROM licence_scan WHERE employer_id = :employer_id;

-- name: lock_kept(owner_id)$
-- Nobody else adds to what this employer or department keeps until this transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended(:owner_id::uuid::text, 11));

-- name: count_kept_bytes(owner_id)$
-- What an employer or a department keeps: its scan, and its requests with all their parts and files.
WITH own AS MATERIALIZED (SELECT * FROM request WHERE employer_id = :owner_id OR department_id = :owner_id)
SELECT (
    coalesce((SELECT octet_length(content) FROM licence_scan WHERE employer_id = :owner_id), 0)
    + coalesce((SELECT sum(octet_length(title) + octet_length(contact_name) + octet_length(contact_email)
        + octet_length(contact_phone) + octet_length(notice_text) + octet_length(remark)) FROM own), 0)
    + coalesce((SELECT sum(file.size) FROM own JOIN notice_attachment AS file ON file.request_id = own.id), 0)
    + coalesce((SELECT sum(file.size) FROM strike JOIN strike_appeal AS appeal ON appeal.strike_id = strike.id
        JOIN strike_appeal_file AS file ON file.appeal_id = appeal.id WHERE strike.employer_id = :owner_id), 0)
    + coalesce((SELECT sum(octet_length(post.title) + octet_length(post.city) + octet_length(post.degree)
        + octet_length(post.description) + pg_column_size(post.majors))
        FROM own JOIN recruitment_post AS post ON post.request_id = own.id), 0)
    + coalesce((SELECT sum(pg_column_size(activity)) FROM own JOIN activity ON activity.request_id = own.id), 0)
    + coalesce((SELECT sum(pg_column_size(wish)) FROM own JOIN activity ON activity.request_id = own.id
        JOIN activity_window AS wish ON wish.activity_id = activity.id), 0)
)::bigint;

-- name: find_record(employer_id)^
-- How often an employer cancelled late, and how often nobody of it came.
SELECT count(*) FILTER (WHERE event.type = 'request.cancelled' AND event.payload ->> 'late' = 'true') AS late_cancellations,
    count(*) FILTER (WHERE event.type = 'request.no_show') AS no_shows
FROM request JOIN event ON event.subject_id = request.id AND event.type IN ('request.cancelled', 'request.no_show')
WHERE request.employer_id = :employer_id;

-- name: insert_claim(employer_id, account_id, note, now)$
-- Somebody says that they act for an employer.
INSERT INTO employer_claim (employer_id, account_id, note, claimed_at) VALUES (:employer_id, :account_id, :note, :now) RETURNING id;

-- name: list_own_claims(account_id)
-- What somebody claimed, the newest first.
SELECT claim.id, employer.credit_code, claim.note, claim.state, claim.claimed_at, claim.decision_note
FROM employer_claim AS claim JOIN employer ON employer.id = claim.employer_id
WHERE claim.account_id = :account_id ORDER BY claim.claimed_at DESC, claim.id DESC LIMIT 20;

-- name: list_open_claims(employer_id)
-- Claims that wait for an answer, the longest waiting first.
SELECT claim.id, claim.employer_id, employer.legal_name, claim.account_id, account.display_name, account.email, account.phone,
    claim.note, claim.state, claim.claimed_at, claim.row_version
FROM employer_claim AS claim JOIN employer ON employer.id = claim.employer_id JOIN account ON account.id = claim.account_id
WHERE claim.state = 'open' AND (:employer_id::uuid IS NULL OR claim.employer_id = :employer_id)
ORDER BY claim.claimed_at LIMIT 200;

-- name: lock_claim(claim_id)!
-- Nobody else answers this claim until this transaction ends.
SELECT 1 FROM employer_claim WHERE id = :claim_id FOR UPDATE;

-- name: find_claim(claim_id)^
-- One claim with who makes it.
SELECT claim.id, claim.employer_id, employer.legal_name, claim.account_id, account.display_name, account.email, account.phone,
    claim.note, claim.state, claim.claimed_at, claim.row_version
FROM employer_claim AS claim JOIN employer ON employer.id = claim.employer_id JOIN account ON account.id = claim.account_id
WHERE claim.id = :claim_id;

-- name: settle_claim(claim_id, state, decided_by, now, note)!
-- A claim has its answer.
UPDATE employer_claim SET state = :state, decided_by = :decided_by, decided_at = :now, decision_note = :note,
    row_version = row_version + 1
WHERE id = :claim_id;

-- name: list_seasons_of(employer_id)
-- What became of an employer's requests in each season, the newest season first; drafts are nobody's business yet.
SELECT season.id AS season_id, season.code, season.name_zh, season.name_en,
    jsonb_object_agg(found.state, found.requests) AS outcomes, sum(found.requests)::integer AS total
FROM (SELECT season_id, state, count(*) AS requests FROM request
    WHERE employer_id = :employer_id AND state <> 'draft' GROUP BY season_id, state) AS found
JOIN season ON season.id = found.season_id
GROUP BY season.id ORDER BY season.first_day DESC;

-- name: list_requests_of(employer_id)
-- An employer's requests with the first time at which something of them was or is, the newest first.
SELECT request.id, request.season_id, request.reference, request.title, request.state,
    (SELECT min(booking.starts_at) FROM activity JOIN booking ON booking.activity_id = activity.id
        WHERE activity.request_id = request.id AND booking.state IN ('tentative', 'confirmed')) AS starts_at
FROM request WHERE request.employer_id = :employer_id AND request.state <> 'draft'
ORDER BY request.submitted_at DESC, request.id LIMIT 500;

-- name: note_licences_ending(today, until, now, batch)
-- Verified employers whose licence ends soon and who were not told of that day yet.
INSERT INTO licence_notice (employer_id, valid_until, told_at)
SELECT id, licence_valid_until, :now FROM employer
WHERE state = 'verified' AND licence_valid_until BETWEEN :today AND :until
    AND NOT EXISTS (SELECT FROM licence_notice AS told WHERE told.employer_id = employer.id AND told.valid_until = licence_valid_until)
ORDER BY id LIMIT :batch
ON CONFLICT DO NOTHING
RETURNING employer_id, valid_until;

-- name: note_licences_ended(today, now, batch)
-- Verified employers whose licence has ended since they were verified, each licence once.
INSERT INTO licence_notice AS known (employer_id, valid_until, told_at, ended_at)
SELECT id, licence_valid_until, :now, :now FROM employer
WHERE state = 'verified' AND licence_valid_until < :today
    AND NOT EXISTS (SELECT FROM licence_notice AS done
        WHERE done.employer_id = employer.id AND done.valid_until = licence_valid_until AND done.ended_at IS NOT NULL)
ORDER BY id LIMIT :batch
ON CONFLICT (employer_id, valid_until) DO UPDATE SET ended_at = excluded.ended_at WHERE known.ended_at IS NULL
RETURNING employer_id, valid_until;

-- name: find_merged_into(employer_id)$
-- Where an entry went.
SELECT into_id FROM employer_merge WHERE from_id = :employer_id;
