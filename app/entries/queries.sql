-- name: list_entries(request_id, activity_id)
-- The activities of a request (or one) that have a confirmed place in rooms, with their visitors and host.
SELECT activity.id AS activity_id, activity.kind, booking.starts_at, booking.ends_at, taken.room_ids,
    coalesce((SELECT jsonb_agg(jsonb_build_object('name', visitor.name, 'phone', visitor.phone, 'plate', visitor.plate) ORDER BY ordinal)
        FROM visitor WHERE visitor.activity_id = activity.id), '[]') AS visitors,
    coalesce(entry.host_name, '') AS host_name, coalesce(entry.host_phone, '') AS host_phone,
    coalesce(entry.row_version, 0) AS row_version, coalesce(entry.host_version, 0) AS host_version
FROM activity JOIN booking ON booking.activity_id = activity.id AND booking.state = 'confirmed'
CROSS JOIN LATERAL (SELECT array_agg(room.id ORDER BY room.code) AS room_ids
    FROM booking_resource AS taken JOIN room ON room.id = taken.resource_id WHERE taken.booking_id = booking.id) AS taken
LEFT JOIN campus_entry AS entry ON entry.activity_id = activity.id
WHERE taken.room_ids IS NOT NULL AND (:request_id::uuid IS NULL OR activity.request_id = :request_id)
    AND (:activity_id::uuid IS NULL OR activity.id = :activity_id)
ORDER BY booking.starts_at, activity.ordinal;

-- name: upsert_visitors(activity_id, visitors, now)!
-- Who comes for an activity, instead of those before.
WITH entry AS (
    INSERT INTO campus_entry (activity_id, row_version, changed_at) VALUES (:activity_id, 1, :now)
    ON CONFLICT (activity_id) DO UPDATE SET row_version = campus_entry.row_version + 1, changed_at = excluded.changed_at
    RETURNING activity_id
), wanted AS (
    SELECT * FROM ROWS FROM (jsonb_to_recordset(:visitors::jsonb) AS (name text, phone text, plate text)) WITH ORDINALITY
        AS given (name, phone, plate, ordinal)
), gone AS (
    DELETE FROM visitor WHERE activity_id = :activity_id AND ordinal > (SELECT count(*) FROM wanted)
)
INSERT INTO visitor (activity_id, ordinal, name, phone, plate)
SELECT entry.activity_id, wanted.ordinal, wanted.name, wanted.phone, wanted.plate FROM entry CROSS JOIN wanted
ON CONFLICT (activity_id, ordinal) DO UPDATE SET name = excluded.name, phone = excluded.phone, plate = excluded.plate;

-- name: upsert_host(activity_id, name, phone, now)!
-- Who receives the visitors of an activity.
INSERT INTO campus_entry (activity_id, host_name, host_phone, host_version, changed_at) VALUES (:activity_id, :name, :phone, 1, :now)
ON CONFLICT (activity_id) DO UPDATE SET host_name = excluded.host_name, host_phone = excluded.host_phone,
    host_version = campus_entry.host_version + 1, changed_at = excluded.changed_at;

-- name: list_gate(season_id, starts_at, ends_at)
-- Everybody who comes to campus in a stretch, by time, exhibitors of fairs among them; an employer's activity without
-- visitors has one empty line.
WITH comes AS (
    SELECT activity_id, NULL AS whose, ordinal, name, phone, plate FROM visitor
    UNION ALL
    SELECT exhibitor.fair_id, exhibitor.legal_name, person.ordinal, person.name, person.phone, person.plate
    FROM exhibitor JOIN exhibitor_person AS person ON person.exhibitor_id = exhibitor.id WHERE exhibitor.state IN ('accepted', 'checked_in')
)
SELECT activity.id AS activity_id, booking.starts_at, booking.ends_at, campus.name_zh AS campus_zh, campus.name_en AS campus_en,
    rooms.names_zh AS rooms_zh, rooms.names_en AS rooms_en, coalesce(visitor.whose, owner.name_zh) AS owner_name_zh,
    coalesce(visitor.whose, owner.name_en) AS owner_name_en, request.title,
    coalesce(visitor.name, '') AS name, coalesce(visitor.phone, '') AS phone, coalesce(visitor.plate, '') AS plate,
    coalesce(entry.host_name, '') AS host_name, coalesce(entry.host_phone, '') AS host_phone
FROM booking JOIN activity ON activity.id = booking.activity_id JOIN request ON request.id = activity.request_id
JOIN request_owner AS owner ON owner.request_id = request.id
CROSS JOIN LATERAL (SELECT array_agg(room.name_zh ORDER BY room.code) AS names_zh, array_agg(room.name_en ORDER BY room.code) AS names_en,
        min(room.campus_id::text)::uuid AS campus_id
    FROM booking_resource AS taken JOIN room ON room.id = taken.resource_id WHERE taken.booking_id = booking.id) AS rooms
JOIN campus ON campus.id = rooms.campus_id
LEFT JOIN campus_entry AS entry ON entry.activity_id = activity.id
LEFT JOIN comes AS visitor ON visitor.activity_id = activity.id
WHERE booking.season_id = :season_id AND booking.state = 'confirmed' AND (request.employer_id IS NOT NULL OR visitor.name IS NOT NULL)
    AND booking.starts_at >= :starts_at AND booking.starts_at < :ends_at
ORDER BY booking.starts_at, campus.ordinal, request.title, activity.id, visitor.whose NULLS FIRST, visitor.ordinal;

-- name: delete_over(now, keep_days)
-- What was entered for activities that are over for so many days as their season's rule says, or of requests that ended so long ago.
DELETE FROM campus_entry AS entry USING activity JOIN request ON request.id = activity.request_id
WHERE activity.id = entry.activity_id
    AND greatest(entry.changed_at, (SELECT max(booking.ends_at) FROM booking WHERE booking.activity_id = activity.id))
        + make_interval(days => coalesce((SELECT (policy.value #>> '{}')::integer FROM season_policy AS policy
            WHERE policy.season_id = request.season_id AND policy.name = 'campus_entry_keep_days'), :keep_days)) < :now
RETURNING entry.activity_id;
