-- name: list_occupied(starts_at, ends_at, booking_ids)
-- What is occupied in a stretch of time, by whom; only by some bookings. The one place that says which bookings occupy,
-- and until when (null: until they are given back).
SELECT booking.id AS booking_id, booking.season_id, activity.request_id, activity.kind, request.employer_id, request.department_id,
    booking.starts_at, CASE WHEN booking.state = 'held' THEN booking.held_until END AS held_until, taken.resource_ids, taken.starts, taken.ends
FROM booking JOIN activity ON activity.id = booking.activity_id JOIN request ON request.id = activity.request_id
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(resource_id ORDER BY resource_id), '{}') AS resource_ids,
        coalesce(array_agg(lower(span) ORDER BY resource_id), '{}') AS starts,
        coalesce(array_agg(upper(span) ORDER BY resource_id), '{}') AS ends
    FROM booking_resource WHERE booking_resource.booking_id = booking.id
) AS taken
WHERE booking.state <> 'released' AND booking.starts_at < :ends_at AND booking.ends_at > :starts_at
    AND (:booking_ids::uuid[] IS NULL OR booking.id = ANY(:booking_ids));

-- name: find_team(employer_id, department_id)$
-- The people of an employer or a department.
SELECT team_id FROM employer WHERE id = :employer_id UNION ALL SELECT team_id FROM department WHERE id = :department_id;

-- name: insert_shown(account_id, shown_at, answer)$
-- Keep what somebody was shown, until it is known whether they ask.
INSERT INTO shown_placements (account_id, shown_at, answer) VALUES (:account_id, :shown_at, :answer) RETURNING id;

-- name: attach_shown(shown_id, account_id, request_id)!
-- They asked: what they were shown is kept with their request.
UPDATE shown_placements SET request_id = :request_id
WHERE id = :shown_id AND account_id = :account_id AND request_id IS NULL;

-- name: find_shown(request_id)^
-- What was shown last to whoever sent or changed a request.
SELECT shown_at, answer FROM shown_placements WHERE request_id = :request_id ORDER BY shown_at DESC, id DESC LIMIT 1;

-- name: delete_unused_shown()!
-- What led to no request within a day.
DELETE FROM shown_placements WHERE request_id IS NULL AND written_at < now() - interval '1 day';
