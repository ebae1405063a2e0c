-- name: insert_request(season_id, reference, owner_kind, employer_id, department_id, title, contact_id, contact_name, contact_email, contact_phone, contact_locale, notice_text, remark, now)$
-- A new draft; nothing where the reference is taken.
INSERT INTO request (season_id, reference, owner_kind, employer_id, department_id, title, contact_id, contact_name,
    contact_email, contact_phone, contact_locale, notice_text, remark, created_at)
VALUES (:season_id, :reference, :owner_kind, :employer_id, :department_id, :title, :contact_id, :contact_name,
    :contact_email, :contact_phone, :contact_locale, :notice_text, :remark, :now)
ON CONFLICT ON CONSTRAINT request_reference_unique DO NOTHING
RETURNING id;

-- name: next_reference(season_id, prefix)$
-- The next number of a season's references; the next asker waits until this transaction ends.
INSERT INTO request_number (season_id, prefix, last) VALUES (:season_id, :prefix, 1)
ON CONFLICT ON CONSTRAINT request_number_pkey DO UPDATE SET last = request_number.last + 1
RETURNING prefix || CASE WHEN last < 10000 THEN lpad(last::text, 4, '0') ELSE last::text END;

-- name: find_request(request_id)^
-- One request.
SELECT * FROM request_line WHERE id = :request_id;

-- name: lock_request(request_id)$
-- Nobody else moves this request, nor changes a fact of its season, until this transaction ends: season first, then row.
WITH season AS MATERIALIZED (
    SELECT pg_advisory_xact_lock_shared(hashtextextended(season_id::text, 8)) FROM request WHERE id = :request_id
)
SELECT id FROM request WHERE id = :request_id AND EXISTS (SELECT 1 FROM season) FOR UPDATE;

-- name: lock_requests(request_ids)!
-- The same for several requests, always in this order.
WITH season AS MATERIALIZED (
    SELECT pg_advisory_xact_lock_shared(hashtextextended(season_id::text, 8))
    FROM (SELECT DISTINCT season_id FROM request WHERE id = ANY(:request_ids::uuid[]) ORDER BY season_id) AS concerned
)
SELECT id FROM request WHERE id = ANY(:request_ids::uuid[]) AND EXISTS (SELECT 1 FROM season) ORDER BY id FOR UPDATE;

-- name: lock_in_states(request_ids, states)
-- Of some requests those in some states; nobody else moves them until this transaction ends.
SELECT id FROM request WHERE id = ANY(:request_ids::uuid[]) AND state = ANY(:states::text[]) ORDER BY id FOR UPDATE;

-- name: list_in_states(request_ids, states)
-- Of some requests those in some states.
SELECT id FROM request WHERE id = ANY(:request_ids::uuid[]) AND state = ANY(:states::text[]);

-- name: find_request_by_reference(season_id, reference)$
-- The request of a reference.
SELECT id FROM request WHERE season_id = :season_id AND reference = :reference;

-- name: list_requests(season_id, states, employer_id, department_id, search, request_ids)
-- Requests of a season, the longest waiting first.
SELECT * FROM request_line
WHERE season_id = :season_id
    AND (:states::text[] IS NULL OR state = ANY(:states))
    AND (:employer_id::uuid IS NULL OR employer_id = :employer_id)
    AND (:department_id::uuid IS NULL OR department_id = :department_id)
    AND (:request_ids::uuid[] IS NULL OR id = ANY(:request_ids))
    AND (:search::text IS NULL OR normalize(title, NFKC) ILIKE :search OR normalize(reference, NFKC) ILIKE :search
         OR normalize(owner_name_zh, NFKC) ILIKE :search)
ORDER BY submitted_at NULLS LAST, reference;

-- name: list_near_deciders(request_id, today)
-- Who has the duty to decide about every room that a request asks for, where it asks for nothing else.
SELECT decider.account_id FROM request_line AS request CROSS JOIN deciders_of(request.asked_room_ids, :today) AS decider
WHERE request.id = :request_id ORDER BY decider.account_id;

-- name: list_asking_for_rooms(season_id)
-- Requests of a season that ask for certain rooms, and for nothing else.
SELECT * FROM request_line WHERE season_id = :season_id AND state <> 'draft' AND asked_room_ids <> '{}'
ORDER BY state <> 'submitted', submitted_at NULLS LAST, reference;

-- name: list_request_ids(season_id, states, search)
-- The same order, without what stands in the rows; of a series the first one only.
SELECT id FROM (SELECT request.id, submitted_at, reference,
    row_number() OVER (PARTITION BY coalesce(series_id, request.id) ORDER BY submitted_at NULLS LAST, reference) AS nth
FROM request JOIN request_owner AS owner ON owner.request_id = request.id
WHERE season_id = :season_id AND state = ANY(:states::text[])
    AND (:search::text IS NULL OR normalize(title, NFKC) ILIKE :search OR normalize(reference, NFKC) ILIKE :search
         OR normalize(owner.name_zh, NFKC) ILIKE :search)
) AS listed WHERE nth = 1 ORDER BY submitted_at NULLS LAST, reference;

-- name: count_by_state(season_id)
-- How many requests of a season are in each state.
SELECT state, count(*) AS requests FROM request WHERE season_id = :season_id GROUP BY state;

-- name: count_open_of_employer(season_id, employer_id, series_id)$
-- Requests of an employer that are not settled yet, beside those of a series; another series counts once.
SELECT count(DISTINCT coalesce(series_id, id)) FROM request
WHERE season_id = :season_id AND employer_id = :employer_id AND state IN ('submitted', 'returned', 'approved', 'waitlisted')
    AND (:series_id::uuid IS NULL OR series_id IS DISTINCT FROM :series_id);

-- name: count_drafts(season_id, owner_id)$
-- Drafts that an employer or a department keeps in a season; a series is one.
SELECT count(DISTINCT coalesce(series_id, id)) FROM request
WHERE season_id = :season_id AND state = 'draft' AND (employer_id = :owner_id OR department_id = :owner_id);

-- name: update_request(request_id, title, contact_name, contact_email, contact_phone, contact_locale, notice_text, remark)!
-- What is asked changed.
UPDATE request SET title = :title, contact_name = :contact_name, contact_email = :contact_email,
    contact_phone = :contact_phone, contact_locale = :contact_locale, notice_text = :notice_text, remark = :remark,
    row_version = row_version + 1
WHERE id = :request_id;

-- name: update_state(request_id, state, reason_code, note, submitted_at)!
-- Move a request.
UPDATE request SET state = :state, state_reason = :reason_code, state_note = :note,
    submitted_at = coalesce(:submitted_at, submitted_at), row_version = row_version + 1
WHERE id = :request_id;

-- name: update_states(request_ids, states, reason_codes)!
-- Move requests.
UPDATE request SET state = moved.state, state_reason = moved.reason_code, state_note = '', row_version = row_version + 1
FROM unnest(:request_ids::uuid[], :states::text[], :reason_codes::text[]) AS moved (id, state, reason_code)
WHERE request.id = moved.id;

-- name: raise_versions(request_ids)!
-- Whoever looked at these requests before looked at something else.
UPDATE request SET row_version = row_version + 1 WHERE id = ANY(:request_ids::uuid[]);

-- name: update_weight(request_id, weight, key_group, set_by, reason)!
-- An organiser's own weight, and whether a special fair has priority.
UPDATE request SET weight = :weight, key_group = coalesce(:key_group, key_group), weight_set_by = :set_by,
    weight_reason = :reason, row_version = row_version + 1
WHERE id = :request_id;

-- name: get_key_group(request_id)$
-- Whether a special fair has priority: for organisers only.
SELECT key_group FROM request WHERE id = :request_id;

-- name: delete_parts(request_id, fair_ordinals)$
-- Everything below a request, before it is written anew; a step that is organised as a fair, and is to be one still, stays
-- with its exhibitors and their people. Answers how many stay.
WITH posts AS (DELETE FROM recruitment_post WHERE request_id = :request_id), kept AS (
    SELECT activity.id FROM activity JOIN fair ON fair.activity_id = activity.id
    WHERE activity.request_id = :request_id AND activity.status = 'active' AND activity.ordinal = ANY(:fair_ordinals::integer[])
), windows AS (DELETE FROM activity_window USING kept WHERE activity_window.activity_id = kept.id), teams AS (
    DELETE FROM activity_team USING kept WHERE activity_team.activity_id = kept.id
        AND NOT EXISTS (SELECT FROM exhibitor_line AS one WHERE one.fair_id = kept.id AND one.team_id = activity_team.team_id
            AND one.state IN ('accepted', 'checked_in') AND NOT one.own_team)
), gone AS (DELETE FROM activity WHERE request_id = :request_id AND id NOT IN (SELECT id FROM kept))
SELECT count(*) FROM kept;

-- name: write_over_steps(request_id, activities)!
-- Steps that stay are what they are asked for as now.
UPDATE activity SET kind = given.kind, attendance_mode = given.attendance_mode, attendance = given.attendance,
    duration_minutes = given.duration_minutes, rooms_needed = given.rooms_needed, booths = given.booths,
    outsiders = given.outsiders, needs_channel = given.needs_channel, features = given.features,
    campus_ids = given.campus_ids, asked_room_ids = given.asked_room_ids, audience = given.audience,
    gap_after_previous_minutes = given.gap_after_previous_minutes, same_day_as_previous = given.same_day_as_previous
FROM jsonb_to_recordset(:activities::jsonb) AS given (ordinal integer, kind text, attendance_mode text, attendance integer,
    duration_minutes integer, rooms_needed integer, booths integer, outsiders integer, needs_channel boolean,
    features text[], campus_ids uuid[], asked_room_ids uuid[], audience text[],
    gap_after_previous_minutes integer, same_day_as_previous boolean)
WHERE activity.request_id = :request_id AND activity.status = 'active' AND activity.ordinal = given.ordinal;

-- name: remove_participants_but(request_id, employer_ids)
-- Employers that are no longer named; their answers go with them.
DELETE FROM request_participant WHERE request_id = :request_id AND employer_id <> ALL(:employer_ids::uuid[]) AND state <> 'declined'
RETURNING employer_id, state, asked_at;

-- name: insert_participants(request_id, employer_ids, state, answered_by, answered_at)!
-- The other employers of a joint session; those that are there keep their answers.
INSERT INTO request_participant (request_id, employer_id, state, answered_by, answered_at)
SELECT :request_id::uuid, unnest(:employer_ids::uuid[]), :state, :answered_by, :answered_at
ON CONFLICT DO NOTHING;

-- name: forget_answers(request_id)!
-- What was looked at is another wish now.
UPDATE request_participant SET state = 'invited', asked_at = NULL, answered_at = NULL, answered_by = NULL, row_version = row_version + 1
WHERE request_id = :request_id AND state <> 'declined';

-- name: mark_asked(request_id, now)
-- Those who are invited and were not told yet.
UPDATE request_participant SET asked_at = :now
WHERE request_id = :request_id AND state = 'invited' AND asked_at IS NULL RETURNING employer_id;

-- name: insert_parts(request_id, activities, windows, posts)!
-- Everything below a request: activities with windows and teams, and the posts of the notice. The owner's people and those
-- of participants who accepted can be at one activity at a time. A step that is there already gets its windows and teams.
WITH given AS (
    SELECT * FROM jsonb_to_recordset(:activities::jsonb) AS given (ordinal integer, kind text, attendance_mode text, attendance integer,
        duration_minutes integer, rooms_needed integer, booths integer, outsiders integer, needs_channel boolean,
        features text[], campus_ids uuid[], asked_room_ids uuid[], audience text[],
        gap_after_previous_minutes integer, same_day_as_previous boolean)
), kept AS (
    SELECT id, ordinal FROM activity WHERE request_id = :request_id AND status = 'active'
), made AS (
    INSERT INTO activity (request_id, ordinal, kind, attendance_mode, attendance, duration_minutes, rooms_needed, booths, outsiders,
        needs_channel, features, campus_ids, asked_room_ids, audience, gap_after_previous_minutes, same_day_as_previous)
    SELECT :request_id::uuid, ordinal, kind, attendance_mode, attendance, duration_minutes, rooms_needed, booths, outsiders,
        needs_channel, features, campus_ids, asked_room_ids, audience, gap_after_previous_minutes, same_day_as_previous
    FROM given WHERE ordinal NOT IN (SELECT ordinal FROM kept)
    ORDER BY ordinal
    RETURNING id, ordinal
), step AS (SELECT * FROM kept UNION ALL SELECT * FROM made), windows AS (
    INSERT INTO activity_window (activity_id, ordinal, first_day, last_day, from_time, until_time, preference)
    SELECT step.id, given.ordinal, first_day, last_day, from_time, until_time, preference
    FROM jsonb_to_recordset(:windows::jsonb) AS given (activity integer, ordinal integer, first_day date, last_day date,
        from_time time, until_time time, preference integer)
    JOIN step ON step.ordinal = given.activity
), posts AS (
    INSERT INTO recruitment_post (request_id, ordinal, title, headcount, majors, city, degree, description)
    SELECT :request_id::uuid, ordinal, title, headcount, majors, city, degree, description
    FROM jsonb_to_recordset(:posts::jsonb) AS given (ordinal integer, title text, headcount integer, majors text[], city text,
        degree text, description text)
), team AS (
    SELECT employer.team_id FROM request JOIN employer ON employer.id = request.employer_id WHERE request.id = :request_id
    UNION
    SELECT department.team_id FROM request JOIN department ON department.id = request.department_id WHERE request.id = :request_id
    UNION
    SELECT employer.team_id FROM request_participant AS participant JOIN employer ON employer.id = participant.employer_id
    WHERE participant.request_id = :request_id AND participant.state = 'accepted'
)
INSERT INTO activity_team (activity_id, team_id) SELECT step.id, team.team_id FROM step CROSS JOIN team ON CONFLICT DO NOTHING;

-- name: add_window(activity_id, day, from_time, until_time)!
-- One more wish, after the others and liked least; an activity that may be on any day needs none.
INSERT INTO activity_window (activity_id, ordinal, first_day, last_day, from_time, until_time, preference)
SELECT :activity_id::uuid, 1 + max(ordinal), :day, :day, :from_time, :until_time, 0
FROM activity_window WHERE activity_id = :activity_id::uuid HAVING count(*) > 0;

-- name: list_activities(request_ids)
-- The activities of some requests with their windows and teams.
SELECT activity.id, request_id, activity.ordinal, kind, attendance_mode, attendance, duration_minutes, rooms_needed, booths, outsiders,
    needs_channel, features, campus_ids, asked_room_ids, audience, gap_after_previous_minutes, same_day_as_previous, invitation_sequence,
    coalesce((SELECT jsonb_agg(jsonb_build_object('first_day', first_day, 'last_day', last_day, 'from_time', from_time,
        'until_time', until_time, 'preference', preference) ORDER BY activity_window.ordinal)
        FROM activity_window WHERE activity_window.activity_id = activity.id), '[]') AS windows,
    coalesce((SELECT array_agg(team_id ORDER BY team_id) FROM activity_team WHERE activity_team.activity_id = activity.id),
        '{}') AS team_ids
FROM activity WHERE request_id = ANY(:request_ids::uuid[]) AND status = 'active' ORDER BY request_id, activity.ordinal;

-- name: find_request_of_activity(activity_id)$
-- Which request an activity belongs to.
SELECT request_id FROM activity WHERE id = :activity_id;

-- name: list_posts(request_ids)
-- The posts of some requests.
SELECT request_id, title, headcount, majors, city, degree, description FROM recruitment_post
WHERE request_id = ANY(:request_ids::uuid[]) ORDER BY request_id, ordinal;

-- name: list_participants(request_ids)
-- The other employers of joint sessions.
SELECT participant.request_id, participant.employer_id, employer.legal_name AS name_zh,
    coalesce(nullif(employer.name_en, ''), employer.legal_name) AS name_en, employer.credit_code,
    participant.state, participant.asked_at, participant.row_version
FROM request_participant AS participant JOIN employer ON employer.id = participant.employer_id
WHERE participant.request_id = ANY(:request_ids::uuid[]) ORDER BY employer.legal_name;

-- name: list_known_codes(features, majors, campus_ids, asked_room_ids)^
-- Which of the named features, majors, campuses and rooms exist, and of which departments the rooms are.
SELECT
    coalesce((SELECT array_agg(code) FROM code_entry WHERE code_table = 'feature' AND code = ANY(:features::text[])), '{}') AS features,
    coalesce((SELECT array_agg(DISTINCT code) FROM major WHERE code = ANY(:majors::text[])), '{}') AS majors,
    coalesce((SELECT array_agg(id) FROM campus WHERE id = ANY(:campus_ids::uuid[])), '{}') AS campus_ids,
    coalesce((SELECT jsonb_object_agg(id, department_id) FROM room WHERE id = ANY(:asked_room_ids::uuid[])), '{}') AS rooms;

-- name: get_what_waits(request_id)^
-- Whether a request's owner is to answer what is kept for it, or offers.
SELECT EXISTS (SELECT 1 FROM activity JOIN booking ON booking.activity_id = activity.id AND booking.state IN ('tentative', 'confirmed')
        WHERE activity.request_id = :request_id AND booking.state = 'tentative') AS kept,
    EXISTS (SELECT 1 FROM offer WHERE offer.request_id = :request_id AND offer.state = 'open') AS offered;

-- name: list_history(request_id, types, hides_others, batch)
-- What happened to a request and, of some types, to its bookings, newest first; who of another owner did it, only where asked.
SELECT event.id, event.type, event.occurred_at, event.reason, event.payload,
    CASE WHEN :hides_others AND EXISTS (SELECT 1 FROM request WHERE request.id = :request_id AND (
        account.employer_id <> request.employer_id OR account.department_id <> request.department_id
        OR (account.employer_id IS NULL) <> (request.employer_id IS NULL) AND account.role = 'employer_contact'
        OR (account.department_id IS NULL) <> (request.department_id IS NULL) AND account.role = 'department_staff'))
        THEN NULL ELSE account.display_name END AS actor_name,
    event.payload -> 'old' AS old, event.payload -> 'place' AS place,
    coalesce(event.payload -> 'changes', '[]') AS changes
FROM event LEFT JOIN account ON account.id = event.actor_id
WHERE event.subject_id = :request_id
    OR event.subject_id = ANY(ARRAY(SELECT booking.id FROM booking JOIN activity ON activity.id = booking.activity_id
        WHERE activity.request_id = :request_id)) AND event.type = ANY(:types::text[])
ORDER BY event.id DESC LIMIT :batch;

-- name: mark_filed(request_id, now)!
-- A department booked its own request without an approval.
UPDATE request SET filed_at = :now WHERE id = :request_id;

-- name: list_filed(season_id, since)
-- Requests that were filed since a moment and have a place or wait for one, the oldest first.
SELECT * FROM request_line WHERE season_id = :season_id AND filed_at >= :since AND state IN ('approved', 'scheduled') ORDER BY filed_at, id;

-- name: take_exceptions(request_id)
-- The exceptions of closures for the steps of a request, which are no longer there.
WITH taken AS (
    DELETE FROM closure_exemption AS exemption USING activity
    WHERE activity.id = exemption.activity_id AND activity.request_id = :request_id
    RETURNING exemption.closure_id, exemption.activity_id, exemption.reason, exemption.made_by, exemption.made_at
), forgotten AS (
    UPDATE closure SET exempt_activity_ids = ARRAY(SELECT unnest(closure.exempt_activity_ids) EXCEPT SELECT activity_id FROM taken)
    WHERE closure.id IN (SELECT closure_id FROM taken)
)
SELECT taken.closure_id, taken.activity_id, closure.resource_id, closure.blocking_id, taken.reason, taken.made_by, taken.made_at
FROM taken JOIN closure ON closure.id = taken.closure_id ORDER BY taken.closure_id, taken.activity_id;

-- name: put_exceptions(exceptions)!
-- Exceptions of closures as they were made.
WITH given AS (
    SELECT * FROM jsonb_to_recordset(:exceptions::jsonb) AS given (closure_id uuid, activity_id uuid, reason text, made_by uuid, made_at timestamptz)
), spared AS (
    UPDATE closure SET exempt_activity_ids = exempt_activity_ids || ARRAY(SELECT activity_id FROM given WHERE given.closure_id = closure.id)
    WHERE closure.id IN (SELECT closure_id FROM given)
)
INSERT INTO closure_exemption (closure_id, activity_id, reason, made_by, made_at)
SELECT closure_id, activity_id, reason, made_by, made_at FROM given;
