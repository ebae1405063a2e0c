-- name: list_entries(season_id, starts_at, ends_at, kinds, campus_codes, major, search, request_id)
-- Confirmed activities of a season in a stretch, by time; only those of a request.
SELECT activity.id AS activity_id, activity.kind, activity.audience, activity.attendance_mode, activity.booths, request.id AS request_id, request.title,
    booking.starts_at, booking.ends_at, activity.invitation_sequence AS sequence, booking.created_at AS booked_at,
    owner.name_zh AS owner_name_zh, owner.name_en AS owner_name_en,
    coalesce(rooms.names_zh, '{}') AS rooms_zh, coalesce(rooms.names_en, '{}') AS rooms_en, coalesce(rooms.seats, 0) AS seats,
    campus.code AS campus_code, campus.name_zh AS campus_zh, campus.name_en AS campus_en,
    channel.name_zh AS channel_zh, channel.name_en AS channel_en, coalesce(channel.url, '') AS channel_url,
    coalesce(posts.posts, 0) AS posts, coalesce(posts.heads, 0) AS heads, coalesce(posts.cities, '{}') AS cities
FROM booking
JOIN activity ON activity.id = booking.activity_id
JOIN request ON request.id = activity.request_id
JOIN request_owner AS owner ON owner.request_id = request.id
LEFT JOIN employer ON employer.id = request.employer_id
LEFT JOIN LATERAL (
    SELECT array_agg(room.name_zh ORDER BY room.code) AS names_zh, array_agg(room.name_en ORDER BY room.code) AS names_en,
        sum(room.capacity) AS seats, min(room.campus_id::text)::uuid AS campus_id
    FROM booking_resource AS taken JOIN room ON room.id = taken.resource_id WHERE taken.booking_id = booking.id
) AS rooms ON true
LEFT JOIN campus ON campus.id = rooms.campus_id
LEFT JOIN LATERAL (
    SELECT channel.* FROM booking_resource AS taken JOIN channel ON channel.id = taken.resource_id WHERE taken.booking_id = booking.id
) AS channel ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS posts, sum(headcount) AS heads, array_agg(DISTINCT city) FILTER (WHERE city <> '') AS cities
    FROM recruitment_post WHERE recruitment_post.request_id = request.id
) AS posts ON true
WHERE booking.season_id = :season_id AND booking.state = 'confirmed' AND activity.kind <> 'interview_block'
    AND (SELECT request.state FROM request WHERE request.id = activity.request_id) NOT IN ('cancelled', 'stopped')
    AND booking.starts_at >= :starts_at AND booking.starts_at < :ends_at
    AND (:request_id::uuid IS NULL OR activity.request_id = :request_id)
    AND (:kinds::text[] IS NULL OR activity.kind = ANY(:kinds))
    AND (:campus_codes::text[] IS NULL OR coalesce(campus.code, 'online') = ANY(:campus_codes))
    AND (:major::text IS NULL OR cardinality(activity.audience) = 0 OR :major = ANY(activity.audience))
    AND (:search::text IS NULL OR normalize(request.title, NFKC) ILIKE :search OR normalize(employer.legal_name, NFKC) ILIKE :search OR normalize(employer.name_en, NFKC) ILIKE :search
        OR EXISTS (SELECT 1 FROM recruitment_post WHERE recruitment_post.request_id = request.id AND normalize(recruitment_post.title, NFKC) ILIKE :search)
        OR EXISTS (SELECT 1 FROM major WHERE major.code = ANY(activity.audience) AND (normalize(major.name_zh, NFKC) ILIKE :search OR normalize(major.code, NFKC) ILIKE :search)))
ORDER BY booking.starts_at, request.title, activity.id;

-- name: count_entries(season_id, zone)^
-- How many confirmed activities students can go to: on each day, of each kind, on each campus; without a room they are online.
WITH shown AS MATERIALIZED (
    SELECT booking.id, booking.starts_at, booking.ends_at, (booking.starts_at AT TIME ZONE :zone)::date AS day, activity.kind
    FROM booking JOIN activity ON activity.id = booking.activity_id JOIN request ON request.id = activity.request_id
    WHERE booking.season_id = :season_id AND booking.state = 'confirmed' AND activity.kind <> 'interview_block'
        AND request.state NOT IN ('cancelled', 'stopped')
),
stretch AS MATERIALIZED (
    SELECT tstzrange(min(starts_at), max(ends_at)) AS span FROM shown
),
placed AS (
    SELECT taken.booking_id, min(campus.code) AS code
    FROM stretch CROSS JOIN room JOIN campus ON campus.id = room.campus_id
    JOIN booking_resource AS taken ON taken.resource_id = room.id AND taken.state IN ('tentative', 'confirmed') AND taken.span && stretch.span
    GROUP BY taken.booking_id
)
SELECT
    (SELECT coalesce(jsonb_object_agg(day, activities), '{}') FROM (SELECT day, count(*) AS activities FROM shown GROUP BY day) AS days) AS by_day,
    (SELECT coalesce(jsonb_object_agg(kind, activities), '{}') FROM (SELECT kind, count(*) AS activities FROM shown GROUP BY kind) AS kinds) AS by_kind,
    (SELECT coalesce(jsonb_object_agg(code, activities), '{}') FROM (
        SELECT coalesce(placed.code, 'online') AS code, count(*) AS activities
        FROM shown LEFT JOIN placed ON placed.booking_id = shown.id GROUP BY 1) AS campuses) AS by_campus;

-- name: find_entry(activity_id)^
-- Where the notice of a confirmed activity stands.
SELECT request.id AS request_id, request.season_id, request.notice_text
FROM booking JOIN activity ON activity.id = booking.activity_id JOIN request ON request.id = activity.request_id
WHERE booking.activity_id = :activity_id AND booking.state = 'confirmed';
