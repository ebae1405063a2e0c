-- name: count_placed(season_id)^
-- Requests all of whose activities are booked, activities with a confirmed booking, and requests that were admitted.
SELECT
    (SELECT count(*) FROM request WHERE season_id = :season_id AND state IN ('approved', 'scheduled')) AS requests,
    (SELECT count(*) FROM request WHERE season_id = :season_id AND state IN ('approved', 'scheduled')
        AND NOT EXISTS (SELECT 1 FROM activity WHERE activity.request_id = request.id
            AND NOT EXISTS (SELECT 1 FROM booking WHERE booking.activity_id = activity.id AND booking.state = 'confirmed'))) AS placed,
    (SELECT count(*) FROM activity JOIN request ON request.id = activity.request_id
        WHERE request.season_id = :season_id AND request.state IN ('approved', 'scheduled')) AS activities,
    (SELECT count(*) FROM booking WHERE season_id = :season_id AND state = 'confirmed') AS bookings;

-- name: list_reasons(season_id)
-- The reason of each admitted request that the released version does not place.
SELECT request.id, unplaced.explanation
FROM request
LEFT JOIN schedule_version AS version ON version.season_id = request.season_id AND version.state = 'released'
LEFT JOIN version_unplaced AS unplaced ON unplaced.request_id = request.id AND unplaced.version_id = version.id
WHERE request.season_id = :season_id AND request.state = 'approved';

-- name: list_due(season_id)
-- Activities with a confirmed booking.
SELECT activity_id FROM booking WHERE season_id = :season_id AND state = 'confirmed';
