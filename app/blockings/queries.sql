-- name: insert_blocking(resource_id, department_id, first_day, last_day, from_time, until_time, starts_at, ends_at, reason_code, note, state, asked_by, now)$
-- A blocking that waits, or counts at once.
INSERT INTO blocking (resource_id, department_id, first_day, last_day, from_time, until_time, starts_at, ends_at, reason_code, note,
    state, asked_by, asked_at, decided_by, decided_at)
SELECT :resource_id, :department_id, :first_day, :last_day, :from_time, :until_time, :starts_at, :ends_at, :reason_code, :note,
    given.state, :asked_by, :now, CASE WHEN given.state <> 'asked' THEN :asked_by::uuid END,
    CASE WHEN given.state <> 'asked' THEN :now::timestamptz END
FROM (SELECT :state::text AS state) AS given RETURNING id;

-- name: lock_blocking(blocking_id)$
-- Nobody decides or changes a blocking meanwhile.
SELECT id FROM blocking WHERE id = :blocking_id FOR NO KEY UPDATE;

-- name: list_blockings(blocking_id, resource_id, department_id, any_department, states, ends_after, begins_before)
-- Blockings with the names of what they block and whose they are: those that wait first, then by time.
SELECT blocking.id, blocking.resource_id, coalesce(room.code, channel.code) AS place_code,
    coalesce(room.name_zh, channel.name_zh) AS place_zh, coalesce(room.name_en, channel.name_en) AS place_en,
    room.department_id AS room_department_id, coalesce(room.needs_approval, false) AS needs_approval,
    blocking.department_id, department.name_zh AS department_zh, department.name_en AS department_en,
    blocking.first_day, blocking.last_day, blocking.from_time, blocking.until_time, blocking.starts_at, blocking.ends_at,
    blocking.reason_code, blocking.note, blocking.state, blocking.asked_by, asker.display_name AS asked_by_name, blocking.asked_at,
    decider.display_name AS decided_by_name, blocking.decided_at, blocking.decision_note,
    blocking.instead_id, instead.name_zh AS instead_zh, instead.name_en AS instead_en, blocking.row_version
FROM blocking
LEFT JOIN room ON room.id = blocking.resource_id
LEFT JOIN channel ON channel.id = blocking.resource_id
LEFT JOIN department ON department.id = blocking.department_id
JOIN account AS asker ON asker.id = blocking.asked_by
LEFT JOIN account AS decider ON decider.id = blocking.decided_by
LEFT JOIN room AS instead ON instead.id = blocking.instead_id
WHERE (:blocking_id::uuid IS NULL OR blocking.id = :blocking_id)
    AND (:resource_id::uuid IS NULL OR blocking.resource_id = :resource_id)
    AND (:any_department OR blocking.department_id IS NOT DISTINCT FROM :department_id)
    AND (:states::text[] IS NULL OR blocking.state = ANY(:states))
    AND (:ends_after::timestamptz IS NULL OR blocking.ends_at > :ends_after)
    AND (:begins_before::timestamptz IS NULL OR blocking.starts_at < :begins_before)
ORDER BY blocking.state = 'asked' DESC, blocking.starts_at, place_code, blocking.id;

-- name: update_blocking(blocking_id, first_day, last_day, from_time, until_time, starts_at, ends_at, reason_code, note)!
-- Days, hours, reason and note of a blocking are others.
UPDATE blocking SET first_day = :first_day, last_day = :last_day, from_time = :from_time, until_time = :until_time,
    starts_at = :starts_at, ends_at = :ends_at, reason_code = :reason_code, note = :note, row_version = row_version + 1
WHERE id = :blocking_id;

-- name: decide_blocking(blocking_id, state, decided_by, now, decision_note, instead_id)!
-- A blocking has another state: who said so, when and why.
UPDATE blocking SET state = :state, decided_by = :decided_by, decided_at = :now, decision_note = :decision_note,
    instead_id = :instead_id, row_version = row_version + 1
WHERE id = :blocking_id;

-- name: list_closures_of(blocking_id)
-- The closures that a blocking made.
SELECT id, resource_id, lower(span) AS starts_at, upper(span) AS ends_at, reason_code, note, source, blocking_id, department_id,
    (SELECT display_name FROM account WHERE account.id = closure.made_by) AS made_by_name
FROM closure WHERE blocking_id = :blocking_id ORDER BY lower(span);

-- name: delete_closures_of(blocking_id)!
-- What a blocking closed is open again.
DELETE FROM closure WHERE blocking_id = :blocking_id;

-- name: list_free_rooms(resource_id, department_id, starts, ends)
-- Rooms of like size that are free in some spans, the most alike first: of the school, or of a department.
SELECT other.id, other.code, other.name_zh, other.name_en, other.capacity
FROM room AS mine
JOIN room AS other ON other.id <> mine.id AND other.capacity BETWEEN mine.capacity * 0.7 AND mine.capacity * 2
    AND (other.department_id IS NULL OR other.department_id = :department_id)
WHERE mine.id = :resource_id
    AND NOT EXISTS (SELECT 1 FROM unnest(:starts::timestamptz[], :ends::timestamptz[]) AS wanted (starts_at, ends_at)
        WHERE EXISTS (SELECT 1 FROM closure WHERE closure.resource_id = other.id
                AND closure.span && tstzrange(wanted.starts_at, wanted.ends_at, '[)'))
            OR EXISTS (SELECT 1 FROM booking_resource AS taken WHERE taken.resource_id = other.id AND taken.state <> 'released'
                AND taken.span && tstzrange(wanted.starts_at, wanted.ends_at, '[)')))
ORDER BY (other.campus_id = mine.campus_id) DESC, abs(other.capacity - mine.capacity), other.code LIMIT 8;

-- name: insert_exemptions(closure_ids, activity_id, reason, made_by, now)
-- An activity may be in some closures; what was said before stays. Give the closures that it is new in.
WITH wanted AS (
    SELECT id FROM closure WHERE id = ANY(:closure_ids::uuid[]) ORDER BY id FOR NO KEY UPDATE
), spared AS (
    UPDATE closure SET exempt_activity_ids = exempt_activity_ids || :activity_id::uuid FROM wanted
    WHERE closure.id = wanted.id AND NOT :activity_id = ANY(closure.exempt_activity_ids)
)
INSERT INTO closure_exemption (closure_id, activity_id, reason, made_by, made_at)
SELECT wanted.id, :activity_id, :reason, :made_by, :now FROM wanted
ON CONFLICT (closure_id, activity_id) DO NOTHING RETURNING closure_id;

-- name: keep_cases(activity_id, resource_id, reason, ended_by, now)
-- Open cases of an activity that are about nothing but closures of a resource, all of which make an exception for it now, end.
UPDATE booking_case SET state = 'kept', outcome = 'agreed', ended_by = :ended_by, ended_at = :now, agreed_reason = :reason,
    row_version = row_version + 1
FROM booking JOIN booking_resource AS taken ON taken.booking_id = booking.id AND taken.resource_id = :resource_id
WHERE booking.id = booking_case.booking_id AND booking_case.state = 'open' AND booking.activity_id = :activity_id
    AND taken.state <> 'released'
    AND NOT EXISTS (SELECT 1 FROM jsonb_array_elements(booking_case.breaks) AS broken
        WHERE broken ->> 'rule' NOT IN ('room_blocked', 'channel_blocked') OR broken ->> 'resource' <> :resource_id::uuid::text)
    AND NOT EXISTS (SELECT 1 FROM closure AS other WHERE other.resource_id = taken.resource_id AND other.span && taken.span
        AND NOT EXISTS (SELECT 1 FROM closure_exemption AS known WHERE known.closure_id = other.id AND known.activity_id = taken.activity_id))
RETURNING booking_case.id AS case_id, booking_case.booking_id;

-- name: delete_exemptions(closure_ids, activity_id)
-- Nobody says any more that an activity may be in some closures; where it stands, the closure spares it until that is settled.
WITH gone AS (
    DELETE FROM closure_exemption WHERE closure_id = ANY(:closure_ids::uuid[]) AND activity_id = :activity_id RETURNING closure_id
), forgotten AS (
    UPDATE closure SET exempt_activity_ids = array_remove(exempt_activity_ids, :activity_id::uuid) FROM gone
    WHERE closure.id = gone.closure_id AND NOT EXISTS (SELECT 1 FROM booking_resource AS taken
        WHERE taken.resource_id = closure.resource_id AND taken.activity_id = :activity_id AND taken.state <> 'released'
            AND taken.span && closure.span)
)
SELECT closure_id FROM gone ORDER BY closure_id;

-- name: list_exemptions(closure_ids)
-- What may be in some closures, who said so and why.
SELECT DISTINCT ON (activity.id) activity.id AS activity_id, request.id AS request_id, request.season_id, request.reference,
    request.title, activity.kind, owner.name_zh AS owner_zh, owner.name_en AS owner_en, exemption.reason,
    exemption.made_by, account.display_name AS made_by_name, exemption.made_at
FROM closure_exemption AS exemption
JOIN activity ON activity.id = exemption.activity_id
JOIN request ON request.id = activity.request_id
JOIN request_owner AS owner ON owner.request_id = request.id
LEFT JOIN account ON account.id = exemption.made_by
WHERE exemption.closure_id = ANY(:closure_ids::uuid[])
ORDER BY activity.id, exemption.made_at;

-- name: list_activities_named(activity_id, reference, starts_at, ends_at)
-- An activity by its id, or those of the requests with a number in the seasons that a stretch touches: each has numbers of its own.
SELECT activity.id, activity.request_id, request.season_id FROM activity JOIN request ON request.id = activity.request_id
JOIN season ON season.id = request.season_id
WHERE activity.id = :activity_id OR request.reference = :reference
    AND season.first_day <= :ends_at::timestamptz AND season.last_day + 1 > :starts_at::timestamptz
ORDER BY activity.ordinal;

-- name: list_closures_in_the_way(resource_ids, activity_id, starts_at, ends_at)
-- The closures in which an activity would be booked, turnover included, each with whose it is; nobody is booked in what is out of use.
SELECT closure.id, closure.resource_id, closure.blocking_id, closure.reason_code, closure.note,
    department.name_zh AS department_zh, department.name_en AS department_en
FROM closure
JOIN activity ON activity.id = :activity_id
LEFT JOIN room ON room.id = closure.resource_id
LEFT JOIN channel ON channel.id = closure.resource_id
LEFT JOIN resource_turnover AS turnover ON turnover.resource_id = closure.resource_id AND turnover.kind = activity.kind
LEFT JOIN blocking ON blocking.id = closure.blocking_id
LEFT JOIN department ON department.id = blocking.department_id
WHERE closure.resource_id = ANY(:resource_ids::uuid[]) AND closure.source <> 'retired'
    AND closure.span && tstzrange(:starts_at::timestamptz, :ends_at::timestamptz
        + make_interval(mins => coalesce(turnover.minutes, room.turnover_minutes, channel.turnover_minutes, 0)))
    AND NOT EXISTS (SELECT 1 FROM closure_exemption AS exemption
        WHERE exemption.closure_id = closure.id AND exemption.activity_id = :activity_id)
ORDER BY closure.id;

-- name: list_deciders(resource_id, today)
-- Who has the duty to decide about a room.
SELECT account_id FROM deciders_of(ARRAY[:resource_id::uuid], :today) ORDER BY account_id;
