-- name: list_occupied(starts_at, ends_at)
-- What is occupied in a stretch of time.
SELECT occupancy.*, coalesce(taken.resource_ids, '{}') AS resource_ids, coalesce(taken.starts, '{}') AS starts,
    coalesce(taken.ends, '{}') AS ends
FROM occupancy LEFT JOIN (
    SELECT booking_id, array_agg(resource_id ORDER BY resource_id) AS resource_ids,
        array_agg(lower(span) ORDER BY resource_id) AS starts, array_agg(upper(span) ORDER BY resource_id) AS ends
    FROM booking_resource WHERE state <> 'released' AND span && tstzrange(:starts_at::timestamptz, :ends_at::timestamptz) GROUP BY booking_id
) AS taken ON taken.booking_id = occupancy.booking_id
WHERE occupancy.starts_at < :ends_at AND occupancy.ends_at > :starts_at;

-- name: list_occupied_by(booking_ids, starts_at, ends_at)
-- The same of some bookings.
SELECT occupancy.*, taken.resource_ids, taken.starts, taken.ends
FROM occupancy CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(resource_id ORDER BY resource_id), '{}') AS resource_ids,
        coalesce(array_agg(lower(span) ORDER BY resource_id), '{}') AS starts,
        coalesce(array_agg(upper(span) ORDER BY resource_id), '{}') AS ends
    FROM booking_resource WHERE booking_resource.booking_id = occupancy.booking_id
) AS taken
WHERE occupancy.booking_id = ANY(:booking_ids::uuid[]) AND occupancy.starts_at < :ends_at AND occupancy.ends_at > :starts_at;

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
