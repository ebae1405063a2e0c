-- name: list_amendments(request_ids, amendment_ids, season_id, states)
-- Amendments of some requests, or some of them, or those of a season in some states; the newest first.
SELECT amendment.id, amendment.request_id, request.season_id, amendment.number, amendment.wish, amendment.activity_ids, amendment.outcome,
    amendment.findings, amendment.state, amendment.offer_id, amendment.note, account.display_name AS proposed_by_name,
    amendment.proposed_at, amendment.asked_room_ids, amendment.waits_since, amendment.settled_at, amendment.reason_code,
    amendment.settled_note, amendment.row_version
FROM amendment JOIN request ON request.id = amendment.request_id LEFT JOIN account ON account.id = amendment.proposed_by
WHERE (:request_ids::uuid[] IS NULL OR amendment.request_id = ANY(:request_ids))
    AND (:amendment_ids::uuid[] IS NULL OR amendment.id = ANY(:amendment_ids))
    AND (:season_id::uuid IS NULL OR request.season_id = :season_id)
    AND (:states::text[] IS NULL OR amendment.state = ANY(:states))
ORDER BY amendment.proposed_at DESC, amendment.id DESC;

-- name: insert_amendment(request_id, wish, activity_ids, asked_room_ids, outcome, findings, state, note, proposed_by, now)$
-- A new amendment; one that is impossible is settled at once.
INSERT INTO amendment (request_id, number, wish, activity_ids, asked_room_ids, outcome, findings, state, note, proposed_by, proposed_at,
    waits_since, settled_at)
SELECT :request_id, 1 + coalesce(max(number), 0), :wish, :activity_ids::uuid[], :asked_room_ids::uuid[], :outcome, :findings, :state::text,
    :note, :proposed_by, :now::timestamptz, CASE WHEN :state::text = 'awaiting_approval' THEN :now::timestamptz END,
    CASE WHEN :state::text = 'refused' THEN :now::timestamptz END
FROM amendment WHERE request_id = :request_id
RETURNING id;

-- name: lock_amendment(amendment_id)$
-- Nobody else decides an amendment until this transaction ends.
SELECT id FROM amendment WHERE id = :amendment_id FOR UPDATE;

-- name: choose_offer(amendment_id, offer_id, now)!
-- Its owner chose; now it is to be approved.
UPDATE amendment SET offer_id = :offer_id, state = 'awaiting_approval', waits_since = :now, row_version = row_version + 1 WHERE id = :amendment_id;

-- name: reopen(amendment_id)!
-- What its owner chose is gone: it is to be chosen again.
UPDATE amendment SET offer_id = NULL, state = 'proposed', waits_since = NULL, row_version = row_version + 1 WHERE id = :amendment_id;

-- name: set_offer(amendment_id, offer_id)!
-- What is held for an amendment until it is decided.
UPDATE amendment SET offer_id = :offer_id WHERE id = :amendment_id;

-- name: link_offers(amendment_id, offer_ids)!
-- Which amendment some offers are of.
UPDATE offer SET amendment_id = :amendment_id WHERE id = ANY(:offer_ids::uuid[]);

-- name: hold_on(offer_id, until)!
-- What is held for an offer is held until it is decided.
WITH held AS (UPDATE offer SET held_until = :until, row_version = row_version + 1 WHERE id = :offer_id RETURNING id)
UPDATE booking SET held_until = :until FROM held WHERE booking.offer_id = held.id AND booking.state = 'held';

-- name: settle_amendment(amendment_id, state, settled_by, now, reason_code, note)!
-- An amendment gets its end.
UPDATE amendment SET state = :state, settled_by = :settled_by, settled_at = :now, reason_code = :reason_code, settled_note = :note,
    row_version = row_version + 1
WHERE id = :amendment_id;

-- name: insert_proposed_steps(request_id, steps)!
-- Steps that an amendment would add, with the people of the request's others.
WITH given AS (
    SELECT * FROM jsonb_to_recordset(:steps::jsonb) AS given (id uuid, ordinal integer, kind text, attendance_mode text,
        attendance integer, duration_minutes integer, rooms_needed integer, booths integer, outsiders integer, needs_channel boolean,
        features text[], campus_ids uuid[], asked_room_ids uuid[], audience text[],
        gap_after_previous_minutes integer, same_day_as_previous boolean, team_ids uuid[])
), made AS (
    INSERT INTO activity (id, request_id, ordinal, kind, attendance_mode, attendance, duration_minutes, rooms_needed, booths, outsiders,
        needs_channel, features, campus_ids, asked_room_ids, audience, gap_after_previous_minutes, same_day_as_previous, status)
    SELECT id, :request_id::uuid, ordinal, kind, attendance_mode, attendance, duration_minutes, rooms_needed, booths, outsiders,
        needs_channel, features, campus_ids, asked_room_ids, audience, gap_after_previous_minutes, same_day_as_previous, 'proposed'
    FROM given RETURNING id
)
INSERT INTO activity_team (activity_id, team_id) SELECT given.id, unnest(given.team_ids) FROM given JOIN made ON made.id = given.id;

-- name: drop_proposed_steps(activity_ids)!
-- Steps that were not added after all.
UPDATE activity SET status = 'dropped' WHERE id = ANY(:activity_ids::uuid[]) AND status = 'proposed';

-- name: write_steps(request_id, steps)!
-- The steps of a request are these, in this order; others are dropped.
WITH given AS (
    SELECT * FROM jsonb_to_recordset(:steps::jsonb) AS given (id uuid, ordinal integer, kind text, attendance_mode text,
        attendance integer, duration_minutes integer, rooms_needed integer, booths integer, outsiders integer, needs_channel boolean,
        features text[], campus_ids uuid[], asked_room_ids uuid[], audience text[],
        gap_after_previous_minutes integer, same_day_as_previous boolean)
), dropped AS (
    UPDATE activity SET status = 'dropped'
    WHERE request_id = :request_id AND status = 'active' AND id NOT IN (SELECT id FROM given)
)
UPDATE activity SET status = 'active', ordinal = given.ordinal, kind = given.kind, attendance_mode = given.attendance_mode,
    attendance = given.attendance, duration_minutes = given.duration_minutes, rooms_needed = given.rooms_needed, booths = given.booths,
    outsiders = given.outsiders, needs_channel = given.needs_channel, features = given.features, campus_ids = given.campus_ids,
    asked_room_ids = given.asked_room_ids, audience = given.audience,
    gap_after_previous_minutes = given.gap_after_previous_minutes, same_day_as_previous = given.same_day_as_previous
FROM given WHERE activity.id = given.id AND activity.request_id = :request_id;

-- name: write_windows(activity_ids, windows)!
-- The windows of some activities are these.
WITH gone AS (
    DELETE FROM activity_window WHERE activity_id = ANY(:activity_ids::uuid[])
        AND (activity_id, ordinal) NOT IN (SELECT activity_id, ordinal FROM jsonb_to_recordset(:windows::jsonb) AS given (activity_id uuid, ordinal integer))
)
INSERT INTO activity_window (activity_id, ordinal, first_day, last_day, from_time, until_time, preference)
SELECT activity_id, ordinal, first_day, last_day, from_time, until_time, preference
FROM jsonb_to_recordset(:windows::jsonb) AS given (activity_id uuid, ordinal integer, first_day date, last_day date, from_time time,
    until_time time, preference integer)
ON CONFLICT (activity_id, ordinal) DO UPDATE SET first_day = excluded.first_day, last_day = excluded.last_day,
    from_time = excluded.from_time, until_time = excluded.until_time, preference = excluded.preference;

-- name: write_posts(request_id, posts)!
-- The posts of a request's notice are these.
WITH gone AS (DELETE FROM recruitment_post WHERE request_id = :request_id)
INSERT INTO recruitment_post (request_id, ordinal, title, headcount, majors, city, degree, description)
SELECT :request_id::uuid, ordinal, title, headcount, majors, city, degree, description
FROM jsonb_to_recordset(:posts::jsonb) AS given (ordinal integer, title text, headcount integer, majors text[], city text, degree text,
    description text);

-- name: list_left_over(batch)
-- Open amendments whose offers all ended, or whose request has ended.
SELECT amendment.id, request.state IN ('approved', 'waitlisted', 'scheduled') AS is_wanted
FROM amendment JOIN request ON request.id = amendment.request_id
WHERE amendment.state IN ('proposed', 'awaiting_approval') AND (request.state NOT IN ('approved', 'waitlisted', 'scheduled')
    OR ((amendment.state = 'proposed' OR amendment.offer_id IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM offer WHERE offer.amendment_id = amendment.id AND offer.state = 'open')))
ORDER BY amendment.id LIMIT :batch;

-- name: list_rivals(activity_ids, starts, ends, request_id)
-- Other requests that wait for a place and could be where some placements are: their wishes hold the time.
SELECT DISTINCT request.id, request.reference, request.title, owner.name_zh AS owner_name_zh, owner.name_en AS owner_name_en
FROM unnest(:activity_ids::uuid[], :starts::timestamp[], :ends::timestamp[]) AS wanted (activity_id, starts, ends)
JOIN request ON request.season_id = (SELECT season_id FROM request WHERE id = :request_id)
    AND request.state IN ('submitted', 'approved', 'waitlisted') AND request.id <> :request_id
JOIN activity ON activity.request_id = request.id AND activity.status = 'active'
JOIN activity_window AS wish ON wish.activity_id = activity.id AND wanted.starts::date BETWEEN wish.first_day AND wish.last_day
    AND wish.from_time < wanted.ends::time AND wish.until_time > wanted.starts::time
JOIN request_owner AS owner ON owner.request_id = request.id
WHERE NOT EXISTS (SELECT 1 FROM booking WHERE booking.activity_id = activity.id AND booking.state IN ('tentative', 'confirmed'))
ORDER BY request.reference LIMIT 10;

-- name: list_approved_sizes(request_id)
-- The sizes that somebody approved, of the activities of a request that changed since without anybody being asked.
SELECT activity_id, approved_size.attendance, approved_size.duration_minutes, approved_size.booths
FROM approved_size JOIN activity ON activity.id = activity_id WHERE activity.request_id = :request_id;

-- name: keep_approved_sizes(request_id)!
-- Before the first change about which nobody is asked: what is there was approved.
INSERT INTO approved_size (activity_id, attendance, duration_minutes, booths)
SELECT id, attendance, duration_minutes, booths FROM activity WHERE request_id = :request_id AND status = 'active'
ON CONFLICT DO NOTHING;

-- name: forget_approved_sizes(request_id)!
-- Somebody approved a request's activities as they are.
DELETE FROM approved_size USING activity WHERE activity.id = activity_id AND activity.request_id = :request_id;

-- name: find_host(room_ids)$
-- The department that all of some rooms are of.
SELECT host_of(:room_ids::uuid[]);

-- name: list_deciders(room_ids, today)
-- Who has the duty to decide about all of some rooms.
SELECT account_id FROM deciders_of(:room_ids::uuid[], :today) ORDER BY account_id;

-- name: note_overdue(season_id, before, now, batch)
-- Changes that wait for approval since before a moment, of which nobody was reminded since they do, with their requests.
WITH noted AS (
    INSERT INTO overdue_reminder (subject_id, waits_since, reminded_at)
    SELECT amendment.id, coalesce(amendment.waits_since, amendment.proposed_at), :now
    FROM amendment JOIN request ON request.id = amendment.request_id
    WHERE request.season_id = :season_id AND amendment.state = 'awaiting_approval'
        AND coalesce(amendment.waits_since, amendment.proposed_at) < :before
        AND NOT EXISTS (SELECT FROM overdue_reminder AS told WHERE told.subject_id = amendment.id
            AND told.waits_since = coalesce(amendment.waits_since, amendment.proposed_at))
    ORDER BY amendment.proposed_at, amendment.id LIMIT :batch
    ON CONFLICT DO NOTHING
    RETURNING subject_id
)
SELECT amendment.id, amendment.request_id FROM noted JOIN amendment ON amendment.id = noted.subject_id
ORDER BY amendment.proposed_at, amendment.id;
