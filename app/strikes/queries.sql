-- name: insert_strike(employer_id, request_id, season_id, cause, now, expires_on)$
-- Something counts against an employer.
INSERT INTO strike (employer_id, request_id, season_id, cause, noted_at, expires_on)
VALUES (:employer_id, :request_id, :season_id, :cause, :now, :expires_on)
RETURNING id;

-- name: list_strikes(employer_ids, with_removed)
-- What counts, and on demand what did, against some employers, the newest first, with the appeals against it.
SELECT strike.id, strike.employer_id, strike.request_id, strike.season_id, request.reference, request.title, strike.cause,
    strike.noted_at, strike.expires_on, strike.removed_at, strike.removed_reason, strike.row_version,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', appeal.id, 'strike_id', appeal.strike_id, 'state', appeal.state,
            'note', appeal.note, 'made_at', appeal.made_at, 'made_by_name', account.display_name, 'answer', appeal.answer,
            'decided_at', appeal.decided_at, 'row_version', appeal.row_version,
            'file', CASE WHEN file.appeal_id IS NOT NULL THEN jsonb_build_object('appeal_id', file.appeal_id, 'name', file.name,
                'content_type', file.content_type, 'size', file.size, 'uploaded_at', file.uploaded_at) END) ORDER BY appeal.id DESC)
        FROM strike_appeal AS appeal LEFT JOIN account ON account.id = appeal.made_by
        LEFT JOIN strike_appeal_file AS file ON file.appeal_id = appeal.id
        WHERE appeal.strike_id = strike.id), '[]') AS appeals
FROM strike JOIN request ON request.id = strike.request_id
WHERE strike.employer_id = ANY(:employer_ids::uuid[]) AND (:with_removed OR strike.removed_at IS NULL)
ORDER BY strike.noted_at DESC, strike.id DESC;

-- name: find_employer_of_strike(strike_id)$
-- Whose strike it is.
SELECT employer_id FROM strike WHERE id = :strike_id;

-- name: find_strike_of_appeal(appeal_id)$
-- Against which strike an appeal is.
SELECT strike_id FROM strike_appeal WHERE id = :appeal_id;

-- name: remove_strike(strike_id, removed_by, reason, now)!
-- A strike counts no more.
UPDATE strike SET removed_at = :now, removed_by = :removed_by, removed_reason = :reason, row_version = row_version + 1
WHERE id = :strike_id;

-- name: insert_appeal(strike_id, note, made_by, now)$
-- An employer appeals against a strike.
INSERT INTO strike_appeal (strike_id, note, made_by, made_at) VALUES (:strike_id, :note, :made_by, :now) RETURNING id;

-- name: decide_appeal(appeal_id, state, answer, decided_by, now)!
-- An appeal is decided.
UPDATE strike_appeal SET state = :state, answer = :answer, decided_by = :decided_by, decided_at = :now,
    row_version = row_version + 1
WHERE id = :appeal_id;

-- name: list_open_appeals()
-- Appeals that wait for a decision, the longest waiting first.
SELECT appeal.id, appeal.strike_id, appeal.state, appeal.note, appeal.made_at, account.display_name AS made_by_name,
    appeal.row_version, employer.id AS employer_id, employer.legal_name AS employer_zh,
    coalesce(nullif(employer.name_en, ''), employer.legal_name) AS employer_en, request.reference, request.title, strike.cause
FROM strike_appeal AS appeal JOIN strike ON strike.id = appeal.strike_id
JOIN employer ON employer.id = strike.employer_id JOIN request ON request.id = strike.request_id
LEFT JOIN account ON account.id = appeal.made_by
WHERE appeal.state = 'open' ORDER BY appeal.made_at, appeal.id;

-- name: list_standing(employer_ids)
-- What decides whether employers are held back, beside their strikes.
SELECT id, suspended_until, strikes_waived_at FROM employer WHERE id = ANY(:employer_ids::uuid[]);

-- name: put_file(appeal_id, name, content_type, content, now)!
-- What is shown with an appeal, instead of what was.
INSERT INTO strike_appeal_file (appeal_id, name, content_type, content, uploaded_at) VALUES (:appeal_id, :name, :content_type, :content, :now)
ON CONFLICT (appeal_id) DO UPDATE SET name = excluded.name, content_type = excluded.content_type, content = excluded.content,
    uploaded_at = excluded.uploaded_at;

-- name: find_file(appeal_id)^
-- The file of an appeal with its bytes, and whose it is.
SELECT strike.employer_id, file.name, file.content_type, file.content
FROM strike_appeal_file AS file JOIN strike_appeal AS appeal ON appeal.id = file.appeal_id JOIN strike ON strike.id = appeal.strike_id
WHERE file.appeal_id = :appeal_id;

-- name: raise_version(appeal_id)!
-- Something of an appeal is another: nobody decides on what they saw before.
UPDATE strike_appeal SET row_version = row_version + 1 WHERE id = :appeal_id;

-- name: delete_old_files(now, keep_days)
-- Files of appeals that were decided, or whose strike was over, so many days ago as the season's rule says.
DELETE FROM strike_appeal_file AS file USING strike_appeal AS appeal JOIN strike ON strike.id = appeal.strike_id
WHERE appeal.id = file.appeal_id AND coalesce(appeal.decided_at, strike.removed_at, strike.expires_on::timestamptz)
    + make_interval(days => coalesce((SELECT (policy.value #>> '{}')::integer FROM season_policy AS policy
        WHERE policy.season_id = strike.season_id AND policy.name = 'appeal_file_keep_days'), :keep_days)) < :now
RETURNING file.appeal_id;
