-- name: list_waiting_for(booking_ids, request_id, zone, batch)
-- Requests without a place that could be where some bookings of another request are now, those on the waitlist first.
WITH freed AS MATERIALIZED (
    SELECT booking.id, booking.season_id, booking.starts_at AT TIME ZONE :zone AS starts, booking.ends_at AT TIME ZONE :zone AS ends,
        EXISTS (SELECT 1 FROM booking_resource AS taken JOIN channel ON channel.id = taken.resource_id WHERE taken.booking_id = booking.id)
            AS has_channel
    FROM booking WHERE booking.id = ANY(:booking_ids::uuid[])
), waiting AS (
    SELECT DISTINCT activity.request_id
    FROM freed
    JOIN request ON request.season_id = freed.season_id AND request.id <> :request_id
        AND request.state IN ('approved', 'waitlisted', 'refused')
    JOIN activity ON activity.request_id = request.id AND activity.status = 'active' AND activity.needs_channel <= freed.has_channel
        AND make_interval(mins => activity.duration_minutes) <= freed.ends - freed.starts
    WHERE NOT EXISTS (SELECT 1 FROM booking AS own WHERE own.activity_id = activity.id AND own.state IN ('tentative', 'confirmed'))
        AND (request.state <> 'refused'
                AND NOT EXISTS (SELECT 1 FROM activity_window AS wish WHERE wish.activity_id = activity.id)
            OR EXISTS (SELECT 1 FROM activity_window AS wish WHERE wish.activity_id = activity.id
                AND freed.starts::date BETWEEN wish.first_day AND wish.last_day
                AND greatest(freed.starts, freed.starts::date + wish.from_time) + make_interval(mins => activity.duration_minutes)
                    <= least(freed.ends, freed.starts::date + hours_end(wish.until_time))))
        AND activity.rooms_needed <= (SELECT count(*) FROM booking_resource AS taken JOIN room ON room.id = taken.resource_id
            WHERE taken.booking_id = freed.id AND room.capacity * activity.rooms_needed >= activity.attendance
                AND room.booths >= activity.booths AND room.features @> activity.features
                AND (cardinality(activity.campus_ids) = 0 OR room.campus_id = ANY(activity.campus_ids))
                AND room_is_open(room, activity.asked_room_ids, request.department_id))
)
SELECT request.id, request.reference, request.title, request.state, owner.name_zh AS owner_name_zh, owner.name_en AS owner_name_en
FROM waiting JOIN request ON request.id = waiting.request_id JOIN request_owner AS owner ON owner.request_id = request.id
ORDER BY request.state <> 'waitlisted', request.state = 'refused', request.submitted_at, request.id LIMIT :batch;

-- name: list_ending(today, batch)
-- Requests without a decision or a place of which a step's last day is over, or within three weeks: the first to end first.
SELECT ending.request_id, ending.last_day, ending.is_told FROM ending_request AS ending
WHERE ending.last_day < :today::date + 21 ORDER BY ending.last_day, ending.request_id LIMIT :batch;

-- name: find_ending(request_id)
-- When a request without a decision or a place ends, and whether its owner was told of that day.
SELECT ending.request_id, ending.last_day, ending.is_told FROM ending_request AS ending WHERE ending.request_id = :request_id;

-- name: note_overdue_requests(season_id, before, now, batch)
-- Requests that wait for a decision since before a moment, of which nobody was reminded since they were sent.
INSERT INTO overdue_reminder (subject_id, waits_since, reminded_at)
SELECT id, submitted_at, :now FROM request
WHERE season_id = :season_id AND state = 'submitted' AND submitted_at < :before
    AND NOT EXISTS (SELECT FROM overdue_reminder AS told WHERE told.subject_id = request.id AND told.waits_since = request.submitted_at)
ORDER BY submitted_at, id LIMIT :batch
ON CONFLICT DO NOTHING
RETURNING subject_id;

-- name: note_overdue_employers(now, batch)
-- Employers whose review is overdue, of which nobody was reminded since it was asked for.
INSERT INTO overdue_reminder (subject_id, waits_since, reminded_at)
SELECT id, review_asked_at, :now FROM employer
WHERE state = 'under_review' AND review_due_at < :now
    AND NOT EXISTS (SELECT FROM overdue_reminder AS told WHERE told.subject_id = employer.id AND told.waits_since = employer.review_asked_at)
ORDER BY review_due_at, id LIMIT :batch
ON CONFLICT DO NOTHING
RETURNING subject_id;

-- name: list_rivals(request_id, batch)
-- Other requests without a place of which a step asks for one of the same rooms in the same hours of the same days.
SELECT request.id AS request_id, request.reference, request.title, request.state, request.row_version,
    owner.name_zh AS owner_name_zh, owner.name_en AS owner_name_en, array_agg(DISTINCT theirs.id) AS activity_ids
FROM activity AS own
JOIN request AS mine ON mine.id = own.request_id
JOIN activity AS theirs ON theirs.asked_room_ids && own.asked_room_ids AND cardinality(theirs.asked_room_ids) > 0
    AND theirs.status = 'active' AND theirs.request_id <> own.request_id
JOIN request ON request.id = theirs.request_id AND request.season_id = mine.season_id
    AND request.state IN ('submitted', 'approved', 'waitlisted')
JOIN request_owner AS owner ON owner.request_id = request.id
WHERE own.request_id = :request_id AND own.status = 'active'
    AND NOT EXISTS (SELECT FROM booking WHERE booking.activity_id = theirs.id AND booking.state IN ('tentative', 'confirmed'))
    AND EXISTS (SELECT FROM activity_window AS my_wish JOIN activity_window AS wish ON wish.activity_id = theirs.id
        WHERE my_wish.activity_id = own.id AND wish.first_day <= my_wish.last_day AND wish.last_day >= my_wish.first_day
            AND wish.from_time < hours_end(my_wish.until_time) AND my_wish.from_time < hours_end(wish.until_time))
GROUP BY request.id, owner.name_zh, owner.name_en ORDER BY request.submitted_at, request.id LIMIT :batch;

-- name: list_turnovers(room_ids)
-- The longest pause between two events in some rooms, in minutes.
SELECT room.id, greatest(room.turnover_minutes, coalesce((SELECT max(minutes) FROM resource_turnover WHERE resource_id = room.id), 0)) AS minutes
FROM room WHERE room.id = ANY(:room_ids::uuid[]);
