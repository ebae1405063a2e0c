-- name: list_participations(employer_id, season_id, request_id)
-- Where an employer was asked to take part or takes part, in a season or in one request; those to be answered first.
SELECT participant.request_id, participant.employer_id, request.season_id, participant.state, request.title, request.reference,
    owner.name_zh AS owner_name_zh, owner.name_en AS owner_name_en, request.state AS request_state,
    participant.asked_at, participant.answered_at, participant.row_version,
    (SELECT min(starts_at) FROM booking JOIN activity ON activity.id = booking.activity_id
        WHERE activity.request_id = request.id AND booking.state IN ('tentative', 'confirmed')) AS begins_at
FROM request_participant AS participant
JOIN request ON request.id = participant.request_id
JOIN request_owner AS owner ON owner.request_id = request.id
WHERE participant.employer_id = :employer_id
    AND (:season_id::uuid IS NULL OR request.season_id = :season_id)
    AND (:request_id::uuid IS NULL OR participant.request_id = :request_id)
    AND (participant.asked_at IS NOT NULL OR (participant.state <> 'invited' AND request.state <> 'draft'))
ORDER BY participant.state <> 'invited', participant.asked_at DESC NULLS LAST, request.reference;

-- name: update_answer(request_id, employer_id, state, answered_by, answered_at)!
-- What an employer answered.
UPDATE request_participant SET state = :state, answered_by = :answered_by, answered_at = :answered_at, row_version = row_version + 1
WHERE request_id = :request_id AND employer_id = :employer_id;

-- name: add_people(request_id, employer_id)!
-- The employer's people can be at one activity at a time, these among them; those of standing bookings are taken now.
WITH people AS (
    INSERT INTO activity_team (activity_id, team_id)
    SELECT activity.id, employer.team_id FROM activity, employer
    WHERE activity.request_id = :request_id AND employer.id = :employer_id
    ON CONFLICT DO NOTHING
    RETURNING activity_id, team_id
)
INSERT INTO booking_resource (booking_id, activity_id, request_id, resource_id, span, state)
SELECT booking.id, booking.activity_id, :request_id, people.team_id, tstzrange(booking.starts_at, booking.ends_at), booking.state
FROM people JOIN booking ON booking.activity_id = people.activity_id AND booking.state <> 'released';

-- name: remove_people(request_id, employer_id)!
-- The employer's people are free again, but where they stand as exhibitors.
WITH people AS (
    DELETE FROM activity_team USING activity, employer
    WHERE activity.id = activity_team.activity_id AND activity.request_id = :request_id
        AND employer.id = :employer_id AND activity_team.team_id = employer.team_id
        AND NOT EXISTS (SELECT FROM exhibitor_line AS stands WHERE stands.fair_id = activity.id AND stands.employer_id = employer.id
            AND stands.state IN ('accepted', 'checked_in') AND NOT stands.own_team)
    RETURNING activity_team.activity_id, activity_team.team_id
)
DELETE FROM booking_resource USING people, booking
WHERE booking.id = booking_resource.booking_id AND booking.state <> 'released'
    AND booking_resource.activity_id = people.activity_id AND booking_resource.resource_id = people.team_id;

-- name: find_clash(request_id, employer_id, otherwise)^
-- Another activity of the employer's people at the time of a standing booking of the request, or so near on another
-- campus that they could not come in time.
SELECT other.starts_at, other.ends_at
FROM employer
JOIN booking_resource AS taken ON taken.resource_id = employer.team_id AND taken.state IN ('tentative', 'confirmed')
JOIN booking AS other ON other.id = taken.booking_id
JOIN activity ON activity.request_id = :request_id AND activity.id <> taken.activity_id
JOIN booking ON booking.activity_id = activity.id AND booking.state IN ('tentative', 'confirmed')
LEFT JOIN LATERAL (SELECT room.campus_id FROM booking_resource AS own JOIN room ON room.id = own.resource_id
    WHERE own.booking_id = other.id LIMIT 1) AS there ON true
LEFT JOIN LATERAL (SELECT room.campus_id FROM booking_resource AS own JOIN room ON room.id = own.resource_id
    WHERE own.booking_id = booking.id LIMIT 1) AS here ON true
LEFT JOIN campus_travel AS travel ON travel.from_campus_id = there.campus_id AND travel.to_campus_id = here.campus_id
CROSS JOIN LATERAL (SELECT make_interval(mins => CASE WHEN there.campus_id <> here.campus_id
    THEN coalesce(travel.minutes, :otherwise::integer) ELSE 0 END) AS takes) AS way
WHERE employer.id = :employer_id AND taken.span && tstzrange(booking.starts_at - way.takes, booking.ends_at + way.takes)
ORDER BY other.starts_at LIMIT 1;
