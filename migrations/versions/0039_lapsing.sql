ALTER TABLE request DROP CONSTRAINT request_state_known, ADD CONSTRAINT request_state_known CHECK (state IN
    ('draft', 'submitted', 'returned', 'approved', 'scheduled', 'took_place', 'refused', 'withdrawn',
     'waitlisted', 'cancelled', 'stopped', 'no_show', 'expired'));

-- Requests without a decision or a place, with the last day on which all of their steps could be, and whether their owners
-- were told that this day comes near.
CREATE VIEW ending_request AS
SELECT request.id AS request_id, lasting.last_day, EXISTS (SELECT 1 FROM event WHERE event.subject_id = request.id
    AND event.type = 'request.lapses_soon' AND (event.payload ->> 'last_day')::date = lasting.last_day) AS is_told
FROM request JOIN season ON season.id = request.season_id
CROSS JOIN LATERAL (
    SELECT min(coalesce((SELECT max(activity_window.last_day) FROM activity_window WHERE activity_window.activity_id = activity.id),
        season.last_day)) AS last_day
    FROM activity WHERE activity.request_id = request.id AND activity.status = 'active'
) AS lasting
WHERE request.state IN ('submitted', 'returned', 'waitlisted');
