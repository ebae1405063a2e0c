-- name: list_promising_seasons(now)
-- Seasons with bookings that have not begun, or with open cases.
SELECT season.id FROM season
WHERE EXISTS (SELECT 1 FROM booking WHERE booking.season_id = season.id AND booking.state <> 'released' AND booking.starts_at > :now)
    OR EXISTS (SELECT 1 FROM booking_case WHERE booking_case.season_id = season.id AND booking_case.state = 'open')
ORDER BY season.id;

-- name: list_seasons_with_open_cases()
-- Seasons with open cases.
SELECT DISTINCT season_id FROM booking_case WHERE state = 'open' ORDER BY season_id;

-- name: list_closures_with_exceptions()
-- Closures in which something may be.
SELECT id FROM closure WHERE exempt_activity_ids <> '{}';

-- name: list_exemptions()
-- What may be in a closure because somebody said so, each as one text.
SELECT closure_id || ' ' || activity_id AS exemption FROM closure_exemption;

-- name: list_booking_lines(booking_ids)
-- Whose some bookings are, when and where, by time.
SELECT booking.id AS booking_id, booking.activity_id, request.id AS request_id, season.name_zh AS season_zh, season.name_en AS season_en,
    request.reference, request.title, activity.kind, owner.name_zh AS owner_zh, owner.name_en AS owner_en,
    booking.starts_at, booking.ends_at, places.zh AS places_zh, places.en AS places_en
FROM booking
JOIN activity ON activity.id = booking.activity_id
JOIN request ON request.id = activity.request_id
JOIN season ON season.id = booking.season_id
JOIN request_owner AS owner ON owner.request_id = request.id
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(coalesce(room.name_zh, channel.name_zh) ORDER BY room.code, channel.code), '{}') AS zh,
        coalesce(array_agg(coalesce(room.name_en, channel.name_en) ORDER BY room.code, channel.code), '{}') AS en
    FROM booking_resource AS taken
    LEFT JOIN room ON room.id = taken.resource_id
    LEFT JOIN channel ON channel.id = taken.resource_id
    WHERE taken.booking_id = booking.id AND (room.id IS NOT NULL OR channel.id IS NOT NULL)
) AS places
WHERE booking.id = ANY(:booking_ids::uuid[]) ORDER BY booking.starts_at, request.reference, booking.id;

-- name: list_resource_names()
-- What rules name: rooms, channels, campuses.
SELECT id::text AS id, name_zh, name_en FROM room
UNION ALL SELECT id::text, name_zh, name_en FROM channel
UNION ALL SELECT id::text, name_zh, name_en FROM campus;

-- name: list_cases(season_id, states, case_id, request_id, on_board)
-- Cases, the most urgent first; one whose booking left its place is settled, also before upkeep has noted it. The board
-- shows of the kept ones what stands and what somebody was asked about: an agreement made while booking has no reason.
SELECT booking_case.id, booking_case.season_id, booking_case.booking_id, booking.activity_id, request.id AS request_id,
    request.reference, request.title, activity.kind, owner.name_zh AS owner_zh, owner.name_en AS owner_en,
    booking.starts_at, booking.ends_at, places.zh AS places_zh, places.en AS places_en, booking_case.breaks, known.state,
    booking_case.reason, booking_case.opened_at, opener.display_name AS opened_by_name, booking_case.due_at,
    coalesce(booking_case.outcome, CASE WHEN known.state = 'settled' THEN 'left_place' END) AS outcome,
    booking_case.ended_at, ender.display_name AS ended_by_name, booking_case.agreed_reason, booking_case.row_version
FROM booking_case
JOIN booking ON booking.id = booking_case.booking_id
JOIN activity ON activity.id = booking.activity_id
JOIN request ON request.id = activity.request_id
JOIN request_owner AS owner ON owner.request_id = request.id
CROSS JOIN LATERAL (SELECT CASE WHEN booking_case.state = 'open' AND booking.state = 'released' THEN 'settled'
    ELSE booking_case.state END AS state) AS known
LEFT JOIN account AS opener ON opener.id = booking_case.opened_by
LEFT JOIN account AS ender ON ender.id = booking_case.ended_by
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(coalesce(room.name_zh, channel.name_zh) ORDER BY room.code, channel.code), '{}') AS zh,
        coalesce(array_agg(coalesce(room.name_en, channel.name_en) ORDER BY room.code, channel.code), '{}') AS en
    FROM booking_resource AS taken
    LEFT JOIN room ON room.id = taken.resource_id
    LEFT JOIN channel ON channel.id = taken.resource_id
    WHERE taken.booking_id = booking.id AND (room.id IS NOT NULL OR channel.id IS NOT NULL)
) AS places
WHERE (:season_id::uuid IS NULL OR booking_case.season_id = :season_id)
    AND (:states::text[] IS NULL OR known.state = ANY(:states))
    AND (:case_id::uuid IS NULL OR booking_case.id = :case_id)
    AND (:request_id::uuid IS NULL OR request.id = :request_id)
    AND (NOT :on_board OR known.state <> 'kept' OR booking.state <> 'released' AND booking_case.agreed_reason <> '')
ORDER BY known.state = 'open' DESC, coalesce(booking_case.ended_at, booking_case.due_at), booking.starts_at, booking_case.id;

-- name: count_cases(season_id)
-- How many cases the board of a season shows in each state.
SELECT CASE WHEN booking_case.state = 'open' AND booking.state = 'released' THEN 'settled' ELSE booking_case.state END AS state,
    count(*) AS cases
FROM booking_case JOIN booking ON booking.id = booking_case.booking_id
WHERE booking_case.season_id = :season_id
    AND (booking_case.state <> 'kept' OR booking.state <> 'released' AND booking_case.agreed_reason <> '') GROUP BY 1;

-- name: find_season_of_case(case_id)$
-- The season that a case is of.
SELECT season_id FROM booking_case WHERE id = :case_id;

-- name: list_open(season_id)
-- The open cases of a season: their bookings, what they break, and whether the bookings still stand.
SELECT booking_case.id, booking_case.booking_id, booking_case.breaks, booking.activity_id, activity.request_id,
    booking.state <> 'released' AS stands
FROM booking_case
JOIN booking ON booking.id = booking_case.booking_id
JOIN activity ON activity.id = booking.activity_id
WHERE booking_case.season_id = :season_id AND booking_case.state = 'open' ORDER BY booking_case.id;

-- name: has_open_case(request_id)$
-- Whether a standing booking of a request has an open case.
SELECT EXISTS (SELECT 1 FROM activity JOIN booking ON booking.activity_id = activity.id AND booking.state IN ('tentative', 'confirmed')
    JOIN booking_case ON booking_case.booking_id = booking.id AND booking_case.state = 'open'
    WHERE activity.request_id = :request_id);

-- name: insert_case(season_id, booking_id, breaks, reason, opened_by, now, due_at)$
-- Open a case of a booking.
INSERT INTO booking_case (season_id, booking_id, breaks, state, reason, opened_by, opened_at, due_at)
VALUES (:season_id, :booking_id, :breaks, 'open', :reason, :opened_by, :now, :due_at) RETURNING id;

-- name: add_breaks(case_id, breaks)!
-- The booking of an open case breaks more rules.
UPDATE booking_case SET breaks = breaks || :breaks::jsonb, row_version = row_version + 1 WHERE id = :case_id AND state = 'open';

-- name: follow_booking(case_id, booking_id)!
-- The booking of an open case was replaced by one that breaks the same.
UPDATE booking_case SET booking_id = :booking_id, row_version = row_version + 1 WHERE id = :case_id AND state = 'open';

-- name: forget_exceptions(booking_id)!
-- Where an activity no longer is, closures make no exception for it, but for those that somebody gave it.
UPDATE closure SET exempt_activity_ids = array_remove(exempt_activity_ids, booking.activity_id) FROM booking
WHERE booking.id = :booking_id AND booking.activity_id = ANY(closure.exempt_activity_ids)
    AND NOT EXISTS (SELECT 1 FROM booking_resource AS taken WHERE taken.activity_id = booking.activity_id
        AND taken.resource_id = closure.resource_id AND taken.state <> 'released' AND taken.span && closure.span)
    AND NOT EXISTS (SELECT 1 FROM closure_exemption AS exemption
        WHERE exemption.closure_id = closure.id AND exemption.activity_id = booking.activity_id);

-- name: end_case(case_id, state, outcome, ended_by, agreed_reason, now)!
-- An open case ends.
UPDATE booking_case SET state = :state, outcome = :outcome, ended_by = :ended_by, ended_at = :now,
    agreed_reason = :agreed_reason, row_version = row_version + 1
WHERE id = :case_id AND state = 'open';
