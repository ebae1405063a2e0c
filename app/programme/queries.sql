-- name: list_entries(season_id, starts_at, ends_at, kinds, campus_codes, major, search, request_id, skip, most)
-- Some of the confirmed activities of a season in a stretch, by time, and how many there are; only those of a request.
-- Only those that are given are looked up for their rooms, channels and posts.
WITH found AS MATERIALIZED (
    SELECT booking.id, booking.starts_at, booking.ends_at, booking.created_at, activity.id AS activity_id, activity.kind, activity.audience,
        activity.attendance_mode, activity.booths, activity.invitation_sequence, request.id AS request_id, request.title,
        owner.name_zh AS owner_name_zh, owner.name_en AS owner_name_en, count(*) OVER () AS total
    FROM booking
    JOIN activity ON activity.id = booking.activity_id
    JOIN request ON request.id = activity.request_id
    JOIN request_owner AS owner ON owner.request_id = request.id
    WHERE booking.season_id = :season_id AND booking.state = 'confirmed' AND activity.kind <> 'interview_block'
        AND request.state NOT IN ('cancelled', 'stopped')
        AND booking.starts_at >= :starts_at AND booking.starts_at < :ends_at
        AND (:request_id::uuid IS NULL OR activity.request_id = :request_id)
        AND (:kinds::text[] IS NULL OR activity.kind = ANY(:kinds))
        AND (:major::text IS NULL OR cardinality(activity.audience) = 0 OR :major = ANY(activity.audience))
        AND (:search::text IS NULL OR normalize(request.title, NFKC) ILIKE :search
            OR request.employer_id IN (SELECT id FROM employer
                WHERE normalize(legal_name, NFKC) ILIKE :search OR normalize(name_en, NFKC) ILIKE :search)
            OR request.id IN (SELECT request_id FROM recruitment_post WHERE normalize(recruitment_post.title, NFKC) ILIKE :search)
            OR activity.audience && ARRAY(SELECT code FROM major
                WHERE normalize(name_zh, NFKC) ILIKE :search OR normalize(code, NFKC) ILIKE :search))
        AND (:campus_codes::text[] IS NULL OR coalesce((SELECT min(campus.code) FROM booking_resource AS taken
            JOIN room ON room.id = taken.resource_id JOIN campus ON campus.id = room.campus_id
            WHERE taken.booking_id = booking.id), 'online') = ANY(:campus_codes))
    ORDER BY booking.starts_at, request.title, activity.id OFFSET :skip LIMIT :most
)
SELECT found.total, found.activity_id, found.kind, found.audience, found.attendance_mode, found.booths, found.request_id, found.title,
    found.starts_at, found.ends_at, found.invitation_sequence AS sequence, found.created_at AS booked_at,
    found.owner_name_zh, found.owner_name_en,
    coalesce(rooms.names_zh, '{}') AS rooms_zh, coalesce(rooms.names_en, '{}') AS rooms_en, coalesce(rooms.seats, 0) AS seats,
    campus.code AS campus_code, campus.name_zh AS campus_zh, campus.name_en AS campus_en,
    channels.name_zh AS channel_zh, channels.name_en AS channel_en, coalesce(channels.url, '') AS channel_url,
    coalesce(posts.posts, 0) AS posts, coalesce(posts.heads, 0) AS heads, coalesce(posts.cities, '{}') AS cities
FROM found
LEFT JOIN LATERAL (
    SELECT array_agg(room.name_zh ORDER BY room.code) AS names_zh, array_agg(room.name_en ORDER BY room.code) AS names_en,
        sum(room.capacity) AS seats, min(room.campus_id::text)::uuid AS campus_id
    FROM booking_resource AS taken JOIN room ON room.id = taken.resource_id WHERE taken.booking_id = found.id
) AS rooms ON true
LEFT JOIN campus ON campus.id = rooms.campus_id
LEFT JOIN LATERAL (
    SELECT channel.name_zh, channel.name_en, channel.url
    FROM booking_resource AS taken JOIN channel ON channel.id = taken.resource_id WHERE taken.booking_id = found.id
) AS channels ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS posts, sum(headcount) AS heads, array_agg(DISTINCT city) FILTER (WHERE city <> '') AS cities
    FROM recruitment_post WHERE recruitment_post.request_id = found.request_id
) AS posts ON true
ORDER BY found.starts_at, found.title, found.activity_id;

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
