-- name: list_exported_bookings(season_id)
-- The standing bookings of a season: whose, when, where, for whom. Nothing personal, nothing of key groups.
SELECT booking.id AS booking_id, activity.id AS activity_id, booking.state, booking.starts_at, booking.ends_at,
    activity.kind, activity.attendance_mode, activity.attendance, activity.booths, activity.audience,
    activity.invitation_sequence, request.reference, request.title, request.owner_kind,
    owner.name_zh AS owner_zh, owner.name_en AS owner_en,
    coalesce(employer.credit_code, '') AS credit_code,
    coalesce(property.name_zh, '') AS property_zh,
    coalesce(industry.name_zh, '') AS industry_zh,
    coalesce(
        (SELECT jsonb_agg(jsonb_build_object('code', room.code, 'name_zh', room.name_zh, 'name_en', room.name_en,
            'campus_zh', campus.name_zh, 'campus_en', campus.name_en) ORDER BY room.code)
        FROM booking_resource AS taken JOIN room ON room.id = taken.resource_id JOIN campus ON campus.id = room.campus_id
        WHERE taken.booking_id = booking.id), '[]') AS rooms,
    (SELECT jsonb_build_object('code', channel.code, 'name_zh', channel.name_zh, 'name_en', channel.name_en, 'url', channel.url)
        FROM booking_resource AS taken JOIN channel ON channel.id = taken.resource_id
        WHERE taken.booking_id = booking.id) AS channel,
    coalesce((SELECT array_agg(other.legal_name ORDER BY other.legal_name) FROM request_participant
        JOIN employer AS other ON other.id = request_participant.employer_id
        WHERE request_participant.request_id = request.id AND request_participant.state = 'accepted'), '{}') AS participants
FROM booking
JOIN activity ON activity.id = booking.activity_id
JOIN request ON request.id = activity.request_id
JOIN request_owner AS owner ON owner.request_id = request.id
LEFT JOIN employer ON employer.id = request.employer_id
LEFT JOIN code_entry AS property ON property.code_table = 'property' AND property.code = employer.property_code
LEFT JOIN code_entry AS industry ON industry.code_table = 'industry' AND industry.code = employer.industry_code
WHERE booking.season_id = :season_id AND booking.state IN ('tentative', 'confirmed')
ORDER BY booking.starts_at, request.reference, activity.ordinal;

-- name: get_school_names()^
-- What the school is called; nothing where nobody entered it.
SELECT name_zh, name_en FROM school;

-- name: list_major_names(codes)
-- Majors by code, the newest catalogue's names.
SELECT DISTINCT ON (code) code, name_zh, name_en FROM major
WHERE code = ANY(:codes::text[]) ORDER BY code, catalogue_year DESC;
