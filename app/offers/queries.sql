-- name: list_offers(request_ids, offer_ids)
-- The offers of some requests, or some of them, the newest first.
SELECT offer.id, offer.request_id, request.season_id, offer.number, offer.origin, offer.placements, offer.moves,
    jsonb_array_length(offer.moves) AS moving, offer.cost, offer.costs, offer.state, offer.held, offer.held_until, offer.note, offer.amendment_id, offer.swap_id, offer.agreed_at,
    EXISTS (SELECT 1 FROM amendment WHERE amendment.offer_id = offer.id AND amendment.state = 'awaiting_approval') AS awaits_approval, offer.made_at, offer.settled_at, offer.settled_note, offer.row_version
FROM offer JOIN request ON request.id = offer.request_id
WHERE (:request_ids::uuid[] IS NULL OR offer.request_id = ANY(:request_ids)) AND (:offer_ids::uuid[] IS NULL OR offer.id = ANY(:offer_ids))
ORDER BY offer.request_id, offer.number DESC;

-- name: list_requests_of(activity_ids)
-- The requests of some activities.
SELECT DISTINCT request_id FROM activity WHERE id = ANY(:activity_ids::uuid[]);

-- name: list_movers(activity_ids)
-- Whose some activities are.
SELECT activity.id AS activity_id, request.id AS request_id, request.reference, request.title,
    owner.name_zh AS owner_name_zh, owner.name_en AS owner_name_en
FROM activity JOIN request ON request.id = activity.request_id JOIN request_owner AS owner ON owner.request_id = request.id
WHERE activity.id = ANY(:activity_ids::uuid[]);

-- name: list_kinds(activity_ids)
-- Of which kind some activities are, those of a change that is not decided too.
SELECT id, kind FROM activity WHERE id = ANY(:activity_ids::uuid[]);

-- name: lock_open(request_id)
-- The open offers of a request; nobody else settles them until this transaction ends.
SELECT id FROM offer WHERE request_id = :request_id AND state = 'open' ORDER BY id FOR UPDATE;

-- name: list_numbers(request_ids)
-- The last number of an offer of some requests, and how many are open.
SELECT request_id, max(number) AS last, count(*) FILTER (WHERE state = 'open') AS open FROM offer
WHERE request_id = ANY(:request_ids::uuid[]) GROUP BY request_id;

-- name: list_claims(numbers, activity_ids, kinds, starts, ends, taking_numbers, resource_ids)
-- What some placements would take (rooms and channels with their turnover, of another kind where one is named, teams for
-- the bare time), and whether another request occupies it or it is closed then.
WITH wanted AS (
    SELECT given.number, given.activity_id, activity.request_id, coalesce(given.kind, activity.kind) AS kind, given.starts_at, given.ends_at
    FROM unnest(:numbers::integer[], :activity_ids::uuid[], :kinds::text[], :starts::timestamptz[], :ends::timestamptz[])
        AS given (number, activity_id, kind, starts_at, ends_at)
    JOIN activity ON activity.id = given.activity_id
), takes AS (
    SELECT number, resource_id FROM unnest(:taking_numbers::integer[], :resource_ids::uuid[]) AS named (number, resource_id)
    UNION SELECT wanted.number, team.team_id FROM wanted JOIN activity_team AS team ON team.activity_id = wanted.activity_id
), claimed AS MATERIALIZED (
    SELECT wanted.number, wanted.request_id, takes.resource_id,
        tstzrange(wanted.starts_at, wanted.ends_at
            + make_interval(mins => coalesce(turnover.minutes, room.turnover_minutes, channel.turnover_minutes, 0))) AS span
    FROM wanted JOIN takes ON takes.number = wanted.number
    LEFT JOIN room ON room.id = takes.resource_id
    LEFT JOIN channel ON channel.id = takes.resource_id
    LEFT JOIN resource_turnover AS turnover ON turnover.resource_id = takes.resource_id AND turnover.kind = wanted.kind
)
SELECT claimed.number, claimed.resource_id, lower(claimed.span) AS starts_at, upper(claimed.span) AS ends_at,
    EXISTS (SELECT 1 FROM booking_resource AS taken WHERE taken.resource_id = claimed.resource_id AND taken.span && claimed.span
        AND taken.request_id <> claimed.request_id AND taken.state IN ('tentative', 'confirmed', 'held'))
    OR EXISTS (SELECT 1 FROM closure WHERE closure.resource_id = claimed.resource_id AND closure.span && claimed.span) AS is_taken
FROM claimed ORDER BY claimed.number, claimed.resource_id;

-- name: insert_offers(offers, made_by, now)
-- Make offers.
INSERT INTO offer (request_id, number, origin, placements, moves, cost, costs, held, held_until, note, agreed_rules, swap_id, made_by, made_at)
SELECT request_id, number, origin, placements, moves, cost, costs, held, held_until, note, agreed_rules, swap_id, :made_by::uuid,
    :now::timestamptz
FROM jsonb_to_recordset(:offers::jsonb) AS given (request_id uuid, number integer, origin text, placements jsonb, moves jsonb,
    cost double precision, costs text[], held boolean, held_until timestamptz, note text, agreed_rules text[], swap_id uuid)
RETURNING id, request_id, number;

-- name: insert_holds(holds, claims, made_by, now)!
-- Hold the placements of offers: a booking for each, with what it takes. The number of a hold joins the two lists.
WITH given AS (
    SELECT * FROM jsonb_to_recordset(:holds::jsonb)
        AS given (number integer, offer_id uuid, activity_id uuid, starts_at timestamptz, ends_at timestamptz, held_until timestamptz)
), made AS (
    INSERT INTO booking (season_id, activity_id, starts_at, ends_at, state, offer_id, held_until, made_by, created_at)
    SELECT request.season_id, given.activity_id, given.starts_at, given.ends_at, 'held', given.offer_id, given.held_until,
        :made_by::uuid, :now::timestamptz
    FROM given JOIN activity ON activity.id = given.activity_id JOIN request ON request.id = activity.request_id
    ORDER BY given.number
    RETURNING id, activity_id, offer_id
)
INSERT INTO booking_resource (booking_id, activity_id, request_id, resource_id, span, state)
SELECT made.id, made.activity_id, activity.request_id, claims.resource_id, tstzrange(claims.starts_at, claims.ends_at), 'held'
FROM jsonb_to_recordset(:claims::jsonb) AS claims (number integer, resource_id uuid, starts_at timestamptz, ends_at timestamptz)
JOIN given ON given.number = claims.number
JOIN made ON made.offer_id = given.offer_id AND made.activity_id = given.activity_id
JOIN activity ON activity.id = made.activity_id
ORDER BY claims.number, claims.resource_id;

-- name: confirm_holds(offer_id, made_by)
-- What is held for an offer is booked; with the numbers of the messages that tell it.
WITH booked AS (
    UPDATE booking SET state = 'confirmed', made_by = :made_by, held_until = NULL WHERE offer_id = :offer_id AND state = 'held'
    RETURNING id, activity_id
)
UPDATE activity SET invitation_sequence = invitation_sequence + 1 FROM booked WHERE activity.id = booked.activity_id
RETURNING activity.id AS activity_id, booked.id AS booking_id, invitation_sequence;

-- name: get_agreement(offer_id)^
-- What the maker of an offer said yes to, who that is, and when.
SELECT agreed_rules AS rules, made_by AS agreed_by, made_at AS agreed_at FROM offer WHERE id = :offer_id;

-- name: insert_agreed(agreed, season_id, agreed_by, now)!
-- What bookings break of their wishes by agreement: cases that were kept as they are. What an open case of the activity at
-- that time is about is not agreed to by staying there.
INSERT INTO booking_case (season_id, booking_id, breaks, state, outcome, opened_by, opened_at, due_at, ended_by, ended_at)
SELECT :season_id, booking_id, jsonb_agg(broken), 'kept', 'agreed', :agreed_by, :now, :now, :agreed_by, :now
FROM jsonb_to_recordset(:agreed::jsonb) AS given (booking_id uuid, breaks jsonb)
CROSS JOIN jsonb_array_elements(given.breaks) AS broken
JOIN booking ON booking.id = booking_id
WHERE NOT EXISTS (SELECT 1 FROM booking AS old JOIN booking_case AS known ON known.booking_id = old.id AND known.state = 'open'
    WHERE old.activity_id = booking.activity_id AND old.starts_at = booking.starts_at
        AND known.breaks @> jsonb_build_array(jsonb_build_object('rule', broken -> 'rule')))
GROUP BY booking_id;

-- name: release_holds(offer_ids)!
-- What is held for some offers is free again, in the order of the bookings.
WITH held AS MATERIALIZED (
    SELECT id FROM booking WHERE offer_id = ANY(:offer_ids::uuid[]) AND state = 'held' ORDER BY id FOR UPDATE
)
UPDATE booking SET state = 'released' FROM held WHERE booking.id = held.id;

-- name: mark_agreed(offer_id, agreed_by, now)!
-- The owner of an offer agrees to a swap, while the other has not answered.
UPDATE offer SET agreed_by = :agreed_by, agreed_at = :now, row_version = row_version + 1
WHERE id = :offer_id AND state = 'open' AND swap_id IS NOT NULL;

-- name: find_twin(offer_id)^
-- The other offer of a swap.
SELECT twin.id FROM offer JOIN offer AS twin ON twin.swap_id = offer.swap_id AND twin.id <> offer.id WHERE offer.id = :offer_id;

-- name: list_rooms_with_approval()
-- Rooms of which each use is approved.
SELECT id FROM room WHERE needs_approval;

-- name: list_swappable(activity_id, now, zone, is_public, batch)
-- Confirmed bookings whose places would suit an activity that is booked, and its place them: as large, with what is asked for,
-- as many rooms, with nothing else in the way; only what students see where `is_public`. Those come first that each side asked
-- for, then those of its day.
WITH own AS MATERIALIZED (
    SELECT activity.*, request.season_id, request.department_id AS asked_by, booking.starts_at, booking.ends_at,
        array(SELECT room.id FROM booking_resource AS taken JOIN room ON room.id = taken.resource_id WHERE taken.booking_id = booking.id)
            AS room_ids
    FROM activity JOIN request ON request.id = activity.request_id
    JOIN booking ON booking.activity_id = activity.id AND booking.state = 'confirmed' AND booking.starts_at > :now
    WHERE activity.id = :activity_id
), other AS (
    SELECT activity.*, request.department_id AS asked_by, request.title, request.reference, booking.starts_at, booking.ends_at,
        array(SELECT room.id FROM booking_resource AS taken JOIN room ON room.id = taken.resource_id WHERE taken.booking_id = booking.id
            ORDER BY room.code) AS room_ids,
        (SELECT channel.id FROM booking_resource AS taken JOIN channel ON channel.id = taken.resource_id
            WHERE taken.booking_id = booking.id) AS channel_id
    FROM own JOIN booking ON booking.season_id = own.season_id AND booking.state = 'confirmed' AND booking.starts_at > :now
    JOIN activity ON activity.id = booking.activity_id AND activity.request_id <> own.request_id
        AND activity.rooms_needed = own.rooms_needed AND activity.needs_channel = own.needs_channel
    JOIN request ON request.id = activity.request_id AND request.state = 'scheduled'
    WHERE NOT :is_public OR activity.kind <> 'interview_block'
)
SELECT other.id AS activity_id, other.kind, other.starts_at, other.ends_at, other.room_ids, other.channel_id,
    other.request_id, other.reference, other.title, owner.name_zh AS owner_name_zh, owner.name_en AS owner_name_en, fits.is_wished
FROM own CROSS JOIN other JOIN request_owner AS owner ON owner.request_id = other.request_id
CROSS JOIN LATERAL (SELECT
    is_asked_for(own.id, other.starts_at, own.duration_minutes, :zone) AND is_asked_for(other.id, own.starts_at, other.duration_minutes, :zone)
        AS is_wished) AS fits
WHERE (own.starts_at <> other.starts_at OR own.room_ids <> other.room_ids)
    AND NOT EXISTS (SELECT 1 FROM room WHERE room.id = ANY(other.room_ids) AND NOT
        room_suits(room, own.attendance, own.rooms_needed, own.booths, own.features, own.campus_ids, own.asked_room_ids, own.asked_by))
    AND NOT EXISTS (SELECT 1 FROM room WHERE room.id = ANY(own.room_ids) AND NOT
        room_suits(room, other.attendance, other.rooms_needed, other.booths, other.features, other.campus_ids, other.asked_room_ids, other.asked_by))
    -- Neither runs into what else is in those rooms, or takes its people from elsewhere.
    AND NOT EXISTS (
        SELECT 1 FROM (VALUES (own.id, own.kind, own.duration_minutes, other.starts_at, other.room_ids),
            (other.id, other.kind, other.duration_minutes, own.starts_at, own.room_ids)) AS moved (id, kind, minutes, starts_at, room_ids)
        CROSS JOIN LATERAL (
            SELECT room.id, coalesce(turnover.minutes, room.turnover_minutes) AS turnover FROM room
            LEFT JOIN resource_turnover AS turnover ON turnover.resource_id = room.id AND turnover.kind = moved.kind
            WHERE room.id = ANY(moved.room_ids)
            UNION ALL SELECT team.team_id, 0 FROM activity_team AS team WHERE team.activity_id = moved.id) AS needed
        JOIN booking_resource AS taken ON taken.resource_id = needed.id AND taken.state IN ('tentative', 'confirmed', 'held')
            AND taken.activity_id NOT IN (own.id, other.id)
            AND taken.span && tstzrange(moved.starts_at, moved.starts_at + make_interval(mins => moved.minutes + needed.turnover)))
ORDER BY fits.is_wished DESC, abs((other.starts_at AT TIME ZONE :zone)::date - (own.starts_at AT TIME ZONE :zone)::date),
    other.starts_at, other.id LIMIT :batch;

-- name: list_held(season_ids, now)
-- What is held in some seasons for offers that can still be answered, and whether its turnover has no room any more.
SELECT booking.id AS booking_id, booking.offer_id, booking.activity_id,
    EXISTS (SELECT 1 FROM booking_resource AS taken WHERE taken.booking_id = booking.id AND taken.is_cut_short) AS is_cut_short
FROM offer JOIN booking ON booking.offer_id = offer.id AND booking.state = 'held'
WHERE offer.state = 'open' AND offer.held_until > :now AND booking.season_id = ANY(:season_ids::uuid[])
ORDER BY booking.id;

-- name: settle_offers(offer_ids, state, settled_by, now, note)
-- Open offers get their end.
UPDATE offer SET state = :state, settled_by = :settled_by, settled_at = :now, settled_note = :note, row_version = row_version + 1
WHERE id = ANY(:offer_ids::uuid[]) AND state = 'open' RETURNING id;

-- name: share_seasons_of_over(now)
-- The seasons of open offers that are over, shared with bookers: before any row is locked.
SELECT pg_advisory_xact_lock_shared(hashtextextended(wanted.season_id::text, 8)) FROM (
    SELECT DISTINCT request.season_id FROM offers_over(:now) AS over JOIN offer ON offer.id = over.id
    JOIN request ON request.id = offer.request_id ORDER BY request.season_id
) AS wanted;

-- name: lock_over(now, batch)
-- Open offers whose time is over, or that cannot be accepted any more, and that nobody is settling.
SELECT offer.id, offer.request_id, request.season_id, over.is_late
FROM offers_over(:now) AS over JOIN offer ON offer.id = over.id AND offer.state = 'open'
JOIN request ON request.id = offer.request_id
ORDER BY offer.id LIMIT :batch FOR UPDATE OF offer SKIP LOCKED;

-- name: list_waiting_requests(season_id)
-- Approved requests whose owners are looking at offers, so that a solve leaves them out.
SELECT DISTINCT offer.request_id FROM offer JOIN request ON request.id = offer.request_id
WHERE request.season_id = :season_id AND request.state IN ('approved', 'waitlisted') AND offer.state = 'open' AND offer.held
    AND NOT EXISTS (SELECT 1 FROM activity JOIN booking ON booking.activity_id = activity.id AND booking.state IN ('tentative', 'confirmed')
        WHERE activity.request_id = request.id);

-- name: confirm_tentative(request_id)
-- What was kept for a request is booked.
WITH booked AS (
    UPDATE booking SET state = 'confirmed' FROM activity
    WHERE activity.id = booking.activity_id AND activity.request_id = :request_id AND booking.state = 'tentative'
    RETURNING booking.id, booking.activity_id
)
UPDATE activity SET invitation_sequence = invitation_sequence + 1 FROM booked WHERE activity.id = booked.activity_id
RETURNING activity.id AS activity_id, booked.id AS booking_id, invitation_sequence;

-- name: list_to_remind(now, batch)
-- Requests with tentative bookings of which half of the time to answer is over, and whose owners were not reminded.
SELECT DISTINCT activity.request_id FROM booking JOIN activity ON activity.id = booking.activity_id
WHERE booking.state = 'tentative' AND booking.answer_until IS NOT NULL AND booking.reminded_at IS NULL
    AND booking.created_at + (booking.answer_until - booking.created_at) / 2 <= :now AND booking.answer_until > :now
ORDER BY activity.request_id LIMIT :batch;

-- name: mark_reminded(request_id, now)
-- The owner of a request is reminded once.
UPDATE booking SET reminded_at = :now FROM activity
WHERE activity.id = booking.activity_id AND activity.request_id = :request_id AND booking.state = 'tentative'
    AND booking.answer_until > :now AND booking.reminded_at IS NULL
RETURNING booking.id;

-- name: list_unanswered(now, batch)
-- Requests of which a tentative booking was not answered in time.
SELECT DISTINCT activity.request_id FROM booking JOIN activity ON activity.id = booking.activity_id
WHERE booking.state = 'tentative' AND booking.answer_until <= :now ORDER BY activity.request_id LIMIT :batch;
