-- name: list_campuses()
-- Every campus, with the travel minutes to the others.
SELECT campus.id, campus.code, campus.name_zh, campus.name_en, campus.ordinal, campus.row_version,
    coalesce((SELECT jsonb_object_agg(other.code, travel.minutes)
              FROM campus_travel AS travel JOIN campus AS other ON other.id = travel.to_campus_id
              WHERE travel.from_campus_id = campus.id), '{}') AS travel_minutes
FROM campus ORDER BY campus.ordinal, campus.code;

-- name: insert_campus(code, name_zh, name_en, ordinal)$
-- A new campus.
INSERT INTO campus (code, name_zh, name_en, ordinal) VALUES (:code, :name_zh, :name_en, :ordinal) RETURNING id;

-- name: update_campus(campus_id, expected_version, name_zh, name_en, ordinal)$
-- Change a campus that nobody changed meanwhile.
UPDATE campus SET name_zh = :name_zh, name_en = :name_en, ordinal = :ordinal, row_version = row_version + 1
WHERE id = :campus_id AND row_version = coalesce(:expected_version, row_version)
RETURNING id;

-- name: replace_travel(campus_id, codes, minutes)!
-- Set the way between a campus and others, in both directions; a way that is not named any more is forgotten.
WITH wanted AS (
    SELECT other.id, given.minutes
    FROM unnest(:codes::text[], :minutes::integer[]) AS given (code, minutes)
    JOIN campus AS other ON other.code = given.code AND other.id <> :campus_id
), forgotten AS (
    DELETE FROM campus_travel
    WHERE (from_campus_id = :campus_id AND to_campus_id NOT IN (SELECT id FROM wanted))
        OR (to_campus_id = :campus_id AND from_campus_id NOT IN (SELECT id FROM wanted))
)
INSERT INTO campus_travel (from_campus_id, to_campus_id, minutes)
SELECT ends.from_id, ends.to_id, wanted.minutes
FROM wanted
CROSS JOIN LATERAL (VALUES (:campus_id::uuid, wanted.id), (wanted.id, :campus_id::uuid)) AS ends (from_id, to_id)
ON CONFLICT (from_campus_id, to_campus_id) DO UPDATE SET minutes = excluded.minutes;

-- name: list_departments()
-- Every department.
SELECT id, team_id, code, name_zh, name_en, row_version FROM department ORDER BY code;

-- name: insert_department(code, name_zh, name_en)^
-- A department and the team that its people are.
WITH team AS (INSERT INTO resource (kind, label) VALUES ('team', :name_zh) RETURNING id)
INSERT INTO department (team_id, code, name_zh, name_en) SELECT id, :code, :name_zh, :name_en FROM team
RETURNING id, team_id, code, name_zh, name_en, row_version;

-- name: update_department(department_id, expected_version, name_zh, name_en)^
-- Change a department that nobody changed meanwhile; its team is renamed with it.
WITH changed AS (
    UPDATE department SET name_zh = :name_zh, name_en = :name_en, row_version = row_version + 1
    WHERE id = :department_id AND row_version = coalesce(:expected_version, row_version)
    RETURNING id, team_id, code, name_zh, name_en, row_version
), renamed AS (
    UPDATE resource SET label = changed.name_zh FROM changed WHERE resource.id = changed.team_id
)
SELECT id, team_id, code, name_zh, name_en, row_version FROM changed;

-- name: list_majors(catalogue_year)
-- The majors of one year's catalogue, or of each code's newest.
SELECT DISTINCT ON (code) code, catalogue_year, name_zh, name_en, department_id, cohort_size, row_version
FROM major WHERE catalogue_year = coalesce(:catalogue_year, catalogue_year)
ORDER BY code, catalogue_year DESC;

-- name: list_every_major()
-- Every catalogue's majors, the newest year of each code last.
SELECT code, catalogue_year, name_zh, name_en, department_id, cohort_size, row_version
FROM major ORDER BY code, catalogue_year;

-- name: insert_major(code, catalogue_year, name_zh, name_en, department_id, cohort_size)^
-- A new major of a year's catalogue.
INSERT INTO major (code, catalogue_year, name_zh, name_en, department_id, cohort_size)
VALUES (:code, :catalogue_year, :name_zh, :name_en, :department_id, :cohort_size)
RETURNING code, catalogue_year, name_zh, name_en, department_id, cohort_size, row_version;

-- name: update_major(code, catalogue_year, expected_version, name_zh, name_en, department_id, cohort_size)^
-- Change a major that nobody changed meanwhile.
UPDATE major SET name_zh = :name_zh, name_en = :name_en, department_id = :department_id, cohort_size = :cohort_size,
    row_version = row_version + 1
WHERE code = :code AND catalogue_year = :catalogue_year AND row_version = coalesce(:expected_version, row_version)
RETURNING code, catalogue_year, name_zh, name_en, department_id, cohort_size, row_version;

-- name: list_code_entries(code_table)
-- The lines of one code table.
SELECT code, name_zh, name_en, ordinal FROM code_entry WHERE code_table = :code_table ORDER BY ordinal, code;

-- name: upsert_code_entry(code_table, code, name_zh, name_en, ordinal)^
-- Add or change a line of a code table.
INSERT INTO code_entry (code_table, code, name_zh, name_en, ordinal)
VALUES (:code_table, :code, :name_zh, :name_en, :ordinal)
ON CONFLICT (code_table, code) DO UPDATE SET name_zh = excluded.name_zh, name_en = excluded.name_en,
    ordinal = excluded.ordinal
RETURNING code, name_zh, name_en, ordinal;

-- name: delete_code_entry(code_table, code)!
-- Take a line out of a code table; what was written with it keeps the code.
DELETE FROM code_entry WHERE code_table = :code_table AND code = :code;

-- name: list_rooms(campus_id, department_id)
-- Rooms with their hours and turnovers.
SELECT room.id, room.code, room.campus_id, room.name_zh, room.name_en, room.capacity, room.booths, room.features,
    room.department_id, room.turnover_minutes, room.max_minutes, room.needs_approval, room.row_version, extras.turnover_by_kind, extras.opening_hours,
    (SELECT lower(span) FROM closure WHERE closure.resource_id = room.id AND closure.source = 'retired') AS retired_at
FROM room JOIN campus ON campus.id = room.campus_id
CROSS JOIN LATERAL (SELECT
    coalesce((SELECT jsonb_object_agg(kind, minutes) FROM resource_turnover WHERE resource_id = room.id), '{}')
        AS turnover_by_kind,
    coalesce((SELECT jsonb_agg(jsonb_build_object('weekday', weekday, 'opens', opens, 'closes', closes) ORDER BY weekday, opens)
              FROM opening_hours WHERE resource_id = room.id), '[]') AS opening_hours) AS extras
WHERE room.campus_id = coalesce(:campus_id, room.campus_id)
    AND (:department_id::uuid IS NULL OR room.department_id = :department_id)
ORDER BY campus.ordinal, room.code;

-- name: find_room(room_id)^
-- One room.
SELECT room.id, room.code, room.campus_id, room.name_zh, room.name_en, room.capacity, room.booths, room.features,
    room.department_id, room.turnover_minutes, room.max_minutes, room.needs_approval, room.row_version, extras.turnover_by_kind, extras.opening_hours,
    (SELECT lower(span) FROM closure WHERE closure.resource_id = room.id AND closure.source = 'retired') AS retired_at
FROM room
CROSS JOIN LATERAL (SELECT
    coalesce((SELECT jsonb_object_agg(kind, minutes) FROM resource_turnover WHERE resource_id = room.id), '{}')
        AS turnover_by_kind,
    coalesce((SELECT jsonb_agg(jsonb_build_object('weekday', weekday, 'opens', opens, 'closes', closes) ORDER BY weekday, opens)
              FROM opening_hours WHERE resource_id = room.id), '[]') AS opening_hours) AS extras
WHERE room.id = :room_id;

-- name: insert_room(code, campus_id, name_zh, name_en, capacity, booths, features, department_id, turnover_minutes, max_minutes, needs_approval)$
-- A room is a resource.
WITH made AS (INSERT INTO resource (kind, label) VALUES ('room', :name_zh) RETURNING id)
INSERT INTO room (id, code, campus_id, name_zh, name_en, capacity, booths, features, department_id, turnover_minutes, max_minutes,
    needs_approval)
SELECT id, :code, :campus_id, :name_zh, :name_en, :capacity, :booths, :features, :department_id, :turnover_minutes, :max_minutes,
    :needs_approval
FROM made RETURNING id;

-- name: update_room(room_id, expected_version, code, campus_id, name_zh, name_en, capacity, booths, features, department_id, turnover_minutes, max_minutes, needs_approval)$
-- Change a room that nobody changed meanwhile.
WITH renamed AS (UPDATE resource SET label = :name_zh WHERE id = :room_id)
UPDATE room SET code = :code, campus_id = :campus_id, name_zh = :name_zh, name_en = :name_en, capacity = :capacity,
    booths = :booths, features = :features, department_id = :department_id, turnover_minutes = :turnover_minutes,
    max_minutes = :max_minutes, needs_approval = :needs_approval, row_version = row_version + 1
WHERE id = :room_id AND row_version = coalesce(:expected_version, row_version)
RETURNING id;

-- name: list_channels()
-- Livestream channels with their hours and turnovers.
SELECT channel.id, channel.code, channel.name_zh, channel.name_en, channel.platform, channel.url, channel.features,
    channel.turnover_minutes, channel.row_version, extras.turnover_by_kind, extras.opening_hours,
    (SELECT lower(span) FROM closure WHERE closure.resource_id = channel.id AND closure.source = 'retired') AS retired_at
FROM channel
CROSS JOIN LATERAL (SELECT
    coalesce((SELECT jsonb_object_agg(kind, minutes) FROM resource_turnover WHERE resource_id = channel.id), '{}')
        AS turnover_by_kind,
    coalesce((SELECT jsonb_agg(jsonb_build_object('weekday', weekday, 'opens', opens, 'closes', closes) ORDER BY weekday, opens)
              FROM opening_hours WHERE resource_id = channel.id), '[]') AS opening_hours) AS extras
ORDER BY channel.code;

-- name: insert_channel(code, name_zh, name_en, platform, url, features, turnover_minutes)$
-- A livestream channel is a resource.
WITH made AS (INSERT INTO resource (kind, label) VALUES ('channel', :name_zh) RETURNING id)
INSERT INTO channel (id, code, name_zh, name_en, platform, url, features, turnover_minutes)
SELECT id, :code, :name_zh, :name_en, :platform, :url, :features, :turnover_minutes FROM made RETURNING id;

-- name: update_channel(channel_id, expected_version, code, name_zh, name_en, platform, url, features, turnover_minutes)$
-- Change a livestream channel that nobody changed meanwhile.
WITH renamed AS (UPDATE resource SET label = :name_zh WHERE id = :channel_id)
UPDATE channel SET code = :code, name_zh = :name_zh, name_en = :name_en, platform = :platform, url = :url,
    features = :features, turnover_minutes = :turnover_minutes, row_version = row_version + 1
WHERE id = :channel_id AND row_version = coalesce(:expected_version, row_version)
RETURNING id;

-- name: delete_turnovers(resource_id)!
-- Forget a resource's turnovers by kind.
DELETE FROM resource_turnover WHERE resource_id = :resource_id;

-- name: insert_turnovers(resource_id, kinds, minutes)!
-- Turnovers by kind.
INSERT INTO resource_turnover (resource_id, kind, minutes)
SELECT :resource_id, wanted.kind, wanted.minutes FROM unnest(:kinds::text[], :minutes::integer[]) AS wanted (kind, minutes);

-- name: renew_turnovers(resource_id)!
-- What occupies a locked resource gets the turnover of now, as far as nothing follows.
SELECT renew_turnovers(ARRAY[:resource_id::uuid]);

-- name: delete_opening_hours(resource_id)!
-- Forget a resource's opening hours.
DELETE FROM opening_hours WHERE resource_id = :resource_id;

-- name: insert_opening_hours(resource_id, weekdays, opens, closes)!
-- Opening hours by weekday.
INSERT INTO opening_hours (resource_id, weekday, opens, closes)
SELECT :resource_id, wanted.weekday, wanted.opens, wanted.closes
FROM unnest(:weekdays::smallint[], :opens::time[], :closes::time[]) AS wanted (weekday, opens, closes);

-- name: list_closures(resource_id, starts_at, ends_at)
-- Closures that touch a span, of one resource or of all.
SELECT id, resource_id, lower(span) AS starts_at, upper(span) AS ends_at, reason_code, note, source, blocking_id, department_id,
    (SELECT display_name FROM account WHERE account.id = closure.made_by) AS made_by_name
FROM closure
WHERE (:resource_id::uuid IS NULL OR resource_id = :resource_id)
    AND span && tstzrange(:starts_at, :ends_at, '[)')
ORDER BY lower(span), resource_id;

-- name: find_closure(closure_id)^
-- One closure.
SELECT id, resource_id, lower(span) AS starts_at, upper(span) AS ends_at, reason_code, note, source, blocking_id, department_id,
    (SELECT display_name FROM account WHERE account.id = closure.made_by) AS made_by_name
FROM closure WHERE id = :closure_id;

-- name: find_resource(resource_id)^
-- Which kind of resource it is, and of which department.
SELECT resource.kind, resource.label, room.department_id, coalesce(room.needs_approval, false) AS needs_approval
FROM resource LEFT JOIN room ON room.id = resource.id WHERE resource.id = :resource_id;

-- name: lock_resource(resource_id)^
-- Nobody books or closes a resource meanwhile; which kind it is, and of which department.
SELECT resource.kind, resource.label, room.department_id, coalesce(room.needs_approval, false) AS needs_approval
FROM resource LEFT JOIN room ON room.id = resource.id
WHERE resource.id = :resource_id FOR NO KEY UPDATE OF resource;

-- name: insert_closures(resource_id, starts, ends, reason_code, note, source, event_uid, event_occurrence, exempt_activity_ids, blocking_id, made_by, department_id)
-- Close a resource for several spans; one that stands already is left as it is.
INSERT INTO closure (resource_id, span, reason_code, note, source, event_uid, event_occurrence, exempt_activity_ids, blocking_id,
    made_by, department_id)
SELECT :resource_id, tstzrange(wanted.starts_at, wanted.ends_at, '[)'), :reason_code, :note, :source, :event_uid, :event_occurrence,
    :exempt_activity_ids, :blocking_id, :made_by, :department_id
FROM unnest(:starts::timestamptz[], :ends::timestamptz[]) AS wanted (starts_at, ends_at)
ON CONFLICT (resource_id, span, reason_code, note) DO NOTHING
RETURNING id, resource_id, lower(span) AS starts_at, upper(span) AS ends_at, reason_code, note, source, blocking_id, department_id,
    (SELECT display_name FROM account WHERE account.id = closure.made_by) AS made_by_name;

-- name: list_event_closures(event_uids, starts_at, ends_at)
-- What some events of calendars closed in a span.
SELECT id, resource_id, lower(span) AS starts_at, upper(span) AS ends_at, reason_code, note, source, event_uid, event_occurrence
FROM closure
WHERE event_uid = ANY(:event_uids::text[]) AND span && tstzrange(:starts_at, :ends_at, '[)')
ORDER BY resource_id, lower(span);

-- name: update_closure_event(closure_id, event_uid, event_occurrence)!
-- Another event closes the same.
UPDATE closure SET event_uid = :event_uid, event_occurrence = :event_occurrence WHERE id = :closure_id;

-- name: list_event_versions(season_id, event_uids)
-- The newest versions that a season knows of some events.
SELECT uid, sequence, stamped_at FROM calendar_event WHERE season_id = :season_id AND uid = ANY(:event_uids::text[]);

-- name: upsert_event_versions(season_id, uids, sequences, stamps)!
-- These versions are the newest now.
INSERT INTO calendar_event (season_id, uid, sequence, stamped_at)
SELECT :season_id, wanted.uid, wanted.sequence, wanted.stamped_at
FROM unnest(:uids::text[], :sequences::integer[], :stamps::timestamptz[]) AS wanted (uid, sequence, stamped_at)
ON CONFLICT (season_id, uid) DO UPDATE SET sequence = excluded.sequence, stamped_at = excluded.stamped_at;

-- name: delete_closure(closure_id)!
-- Open the resource again.
DELETE FROM closure WHERE id = :closure_id;

-- name: release_expired_holds_in(resource_id, starts, ends, now)
-- Holds of a locked resource in some spans whose time is over make way, in the order of their ids.
WITH held AS MATERIALIZED (
    SELECT booking.id FROM booking JOIN booking_resource AS taken ON taken.booking_id = booking.id
    WHERE taken.resource_id = :resource_id AND taken.state = 'held' AND booking.held_until <= :now
        AND EXISTS (SELECT 1 FROM unnest(:starts::timestamptz[], :ends::timestamptz[]) AS wanted (starts_at, ends_at)
            WHERE taken.span && tstzrange(wanted.starts_at, wanted.ends_at, '[)'))
    ORDER BY booking.id FOR UPDATE OF booking
)
UPDATE booking SET state = 'released' FROM held WHERE booking.id = held.id RETURNING booking.id, booking.season_id, booking.offer_id;

-- name: list_bookings_in(resource_id, starts, ends)
-- Standing and held bookings of a resource that touch one of several spans: who, when, where.
SELECT activity.id AS activity_id, activity.request_id, activity.kind, request.title,
    owner.name_zh AS owner_zh, owner.name_en AS owner_en,
    resource.label AS place, booking.starts_at, booking.ends_at
FROM booking_resource AS taken
JOIN booking ON booking.id = taken.booking_id
JOIN resource ON resource.id = taken.resource_id
JOIN activity ON activity.id = taken.activity_id
JOIN request ON request.id = activity.request_id
JOIN request_owner AS owner ON owner.request_id = request.id
WHERE taken.resource_id = :resource_id AND taken.state IN ('tentative', 'confirmed', 'held')
    AND EXISTS (SELECT 1 FROM unnest(:starts::timestamptz[], :ends::timestamptz[]) AS wanted (starts_at, ends_at)
                WHERE taken.span && tstzrange(wanted.starts_at, wanted.ends_at, '[)'))
ORDER BY booking.starts_at;
