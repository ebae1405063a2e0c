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
        AND NOT EXISTS (SELECT FROM safety_filing AS filing WHERE filing.activity_id = activity.id AND filing.withheld_since IS NOT NULL)
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
    coalesce(notice.application_url, '') AS application_url, coalesce(posts.posts, 0) AS posts, coalesce(posts.heads, 0) AS heads, coalesce(posts.cities, '{}') AS cities
FROM found
LEFT JOIN request_notice AS notice ON notice.request_id = found.request_id
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
        AND NOT EXISTS (SELECT FROM safety_filing AS filing WHERE filing.activity_id = activity.id AND filing.withheld_since IS NOT NULL)
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
SELECT request.id AS request_id, request.season_id, request.notice_text, coalesce(notice.application_url, '') AS application_url,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', id, 'name', name, 'content_type', content_type, 'size', size, 'uploaded_at', uploaded_at) ORDER BY uploaded_at, id)
        FROM notice_attachment WHERE notice_attachment.request_id = request.id), '[]') AS attachments
FROM booking JOIN activity ON activity.id = booking.activity_id JOIN request ON request.id = activity.request_id
LEFT JOIN request_notice AS notice ON notice.request_id = request.id
WHERE booking.activity_id = :activity_id AND booking.state = 'confirmed';

-- name: list_scheduled(scope, since, account_id, email, employer_id, department_id, resource_id, major, centre)
-- What stands of somebody, a room, a department or a major, each activity once; what is confirmed before what is kept.
-- `joined`: another employer's session in which they take part.
WITH found AS MATERIALIZED (
    SELECT DISTINCT ON (activity.id) booking.id, booking.state, booking.starts_at, booking.ends_at, booking.created_at,
        activity.id AS activity_id, activity.kind, activity.invitation_sequence, request.id AS request_id, request.title,
        joined.employer_id IS NOT NULL AND request.employer_id IS DISTINCT FROM :employer_id::uuid AS joined
    FROM booking
    JOIN activity ON activity.id = booking.activity_id
    JOIN request ON request.id = activity.request_id
    LEFT JOIN request_participant AS joined ON joined.request_id = request.id AND joined.employer_id = :employer_id::uuid
        AND joined.state = 'accepted'
    WHERE booking.state IN ('tentative', 'confirmed') AND booking.ends_at > :since AND request.state NOT IN ('cancelled', 'stopped')
        AND CASE :scope::text
            WHEN 'person' THEN request.employer_id = :employer_id::uuid OR request.department_id = :department_id::uuid
                OR (:centre::boolean AND request.owner_kind = 'career_centre') OR request.contact_id = :account_id::uuid
                OR lower(request.contact_email) = :email::text OR (joined.employer_id IS NOT NULL AND booking.state = 'confirmed')
            WHEN 'room' THEN EXISTS (SELECT FROM booking_resource AS taken
                WHERE taken.booking_id = booking.id AND taken.resource_id = :resource_id::uuid)
            WHEN 'department' THEN request.department_id = :department_id::uuid OR EXISTS (
                SELECT FROM booking_resource AS taken JOIN room ON room.id = taken.resource_id
                WHERE taken.booking_id = booking.id AND room.department_id = :department_id::uuid)
            ELSE booking.state = 'confirmed' AND activity.kind <> 'interview_block'
                AND NOT EXISTS (SELECT FROM safety_filing AS filing WHERE filing.activity_id = activity.id AND filing.withheld_since IS NOT NULL)
                AND (cardinality(activity.audience) = 0 OR :major::text = ANY(activity.audience)) END
    ORDER BY activity.id, booking.state, booking.starts_at
)
SELECT found.activity_id, found.kind, found.title, found.starts_at, found.ends_at, found.invitation_sequence AS sequence,
    found.created_at AS booked_at, found.state, found.joined, found.request_id, owner.name_zh AS owner_name_zh,
    owner.name_en AS owner_name_en, coalesce(rooms.names_zh, '{}') AS rooms_zh, coalesce(rooms.names_en, '{}') AS rooms_en,
    rooms.campus_zh, rooms.campus_en, channels.name_zh AS channel_zh, channels.name_en AS channel_en,
    coalesce(channels.url, '') AS channel_url, coalesce(notice.application_url, '') AS application_url
FROM found
JOIN request_owner AS owner ON owner.request_id = found.request_id
LEFT JOIN request_notice AS notice ON notice.request_id = found.request_id
LEFT JOIN LATERAL (
    SELECT array_agg(room.name_zh ORDER BY room.code) AS names_zh, array_agg(room.name_en ORDER BY room.code) AS names_en,
        min(campus.name_zh) AS campus_zh, min(campus.name_en) AS campus_en
    FROM booking_resource AS taken JOIN room ON room.id = taken.resource_id JOIN campus ON campus.id = room.campus_id
    WHERE taken.booking_id = found.id
) AS rooms ON true
LEFT JOIN LATERAL (
    SELECT channel.name_zh, channel.name_en, channel.url
    FROM booking_resource AS taken JOIN channel ON channel.id = taken.resource_id WHERE taken.booking_id = found.id LIMIT 1
) AS channels ON true
ORDER BY found.starts_at, found.activity_id;

-- name: list_feeds(account_id, nonce, feed_id)
-- The calendars that somebody subscribes to, or one, with what it is of and whose it is.
SELECT feed.id, feed.scope, feed.account_id, feed.resource_id, feed.department_id, feed.major_code, feed.nonce, feed.created_at,
    feed.renewed_at, coalesce(room.name_zh, department.name_zh, major.name_zh) AS name_zh,
    coalesce(room.name_en, department.name_en, major.name_en) AS name_en, room.department_id AS room_department_id,
    account.email, account.locale, account.role, account.display_name, account.employer_id, account.department_id AS own_department_id
FROM calendar_feed AS feed JOIN account ON account.id = feed.account_id AND account.disabled_at IS NULL
LEFT JOIN room ON room.id = feed.resource_id
LEFT JOIN department ON department.id = feed.department_id
LEFT JOIN LATERAL (SELECT name_zh, coalesce(nullif(name_en, ''), name_zh) AS name_en FROM major
    WHERE code = feed.major_code ORDER BY catalogue_year DESC LIMIT 1) AS major ON true
WHERE feed.account_id = :account_id OR feed.nonce = :nonce OR feed.id = :feed_id
ORDER BY feed.scope = 'person' DESC, feed.created_at;

-- name: insert_feed(account_id, scope, resource_id, department_id, major_code, nonce, now)$
-- A calendar to subscribe to; asked for again it is the same one.
INSERT INTO calendar_feed (account_id, scope, resource_id, department_id, major_code, nonce, created_at, renewed_at)
VALUES (:account_id, :scope, :resource_id, :department_id, :major_code, :nonce, :now, :now)
ON CONFLICT ON CONSTRAINT calendar_feed_once DO UPDATE SET scope = excluded.scope
RETURNING id;

-- name: renew_feed(feed_id, nonce, now)!
-- Another link: the one before is dead.
UPDATE calendar_feed SET nonce = :nonce, renewed_at = :now WHERE id = :feed_id;

-- name: delete_feed(feed_id)!
-- No link any more.
DELETE FROM calendar_feed WHERE id = :feed_id;
