-- name: find_letter(activity_id)^
-- A confirmed activity as its invitation says it, with the code if one was printed of this booking.
SELECT booking.id AS booking_id, request.id AS request_id, request.season_id, request.reference, request.title, request.owner_kind,
    owner.name_zh AS owner_name_zh, owner.name_en AS owner_name_en, activity.id AS activity_id, activity.kind,
    booking.starts_at, booking.ends_at, place.resource_ids, place.rooms_zh, place.rooms_en, place.campus_zh, place.campus_en,
    place.channel_zh, place.channel_en, coalesce(entry.host_name, '') AS host_name, coalesce(entry.host_phone, '') AS host_phone,
    issued.code, issued.issued_at
FROM booking JOIN activity ON activity.id = booking.activity_id JOIN request ON request.id = activity.request_id
JOIN request_owner AS owner ON owner.request_id = request.id
CROSS JOIN LATERAL booking_place(booking.id) AS place
LEFT JOIN campus_entry AS entry ON entry.activity_id = activity.id
LEFT JOIN invitation_code AS issued ON issued.booking_id = booking.id
WHERE booking.activity_id = :activity_id AND booking.state = 'confirmed' AND request.state NOT IN ('cancelled', 'stopped');

-- name: insert_code(booking_id, code, issued_by, now)$
-- The code of a booking's invitation; nothing where it has one already.
INSERT INTO invitation_code (booking_id, code, issued_by, issued_at) VALUES (:booking_id, :code, :issued_by, :now)
ON CONFLICT (booking_id) DO NOTHING RETURNING code;

-- name: find_booking_of_code(code)$
-- The booking that an invitation was printed of.
SELECT booking_id FROM invitation_code WHERE code = :code;

-- name: find_printed(booking_id)^
-- What an invitation was printed of, and where its activity is now, if it is anywhere.
SELECT activity.kind, request.title, owner.name_zh AS owner_name_zh, owner.name_en AS owner_name_en, issued.issued_at,
    to_jsonb(printed_place) || jsonb_build_object('starts_at', printed.starts_at, 'ends_at', printed.ends_at) AS printed,
    CASE WHEN current.id IS NOT NULL THEN
        to_jsonb(current_place) || jsonb_build_object('starts_at', current.starts_at, 'ends_at', current.ends_at) END AS current
FROM invitation_code AS issued JOIN booking AS printed ON printed.id = issued.booking_id
JOIN activity ON activity.id = printed.activity_id JOIN request ON request.id = activity.request_id
JOIN request_owner AS owner ON owner.request_id = request.id
CROSS JOIN LATERAL booking_place(printed.id) AS printed_place
LEFT JOIN booking AS current ON current.activity_id = activity.id AND current.state = 'confirmed' AND request.state NOT IN ('cancelled', 'stopped')
LEFT JOIN LATERAL booking_place(current.id) AS current_place ON true
WHERE issued.booking_id = :booking_id;
