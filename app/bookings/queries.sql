-- name: lock_resources(resource_ids, activity_ids)!
-- Bookers of one resource queue up: two uncommitted rows that wait for each other in the constraint would be a deadlock.
SELECT id FROM resource
WHERE id = ANY(:resource_ids::uuid[])
    OR id IN (SELECT team_id FROM activity_team WHERE activity_id = ANY(:activity_ids::uuid[]))
ORDER BY id FOR NO KEY UPDATE;

-- name: lock_staff(zone, starts, room_ids, activity_ids)!
-- Nobody else starts an activity on the campus of a room on the day of its start until this transaction ends, where the
-- season counts what staff can do there. Locked after resources.
SELECT lock_staff(season_id, campus_id, day) FROM (
    SELECT DISTINCT request.season_id, room.campus_id, (wanted.starts_at AT TIME ZONE :zone)::date AS day
    FROM unnest(:starts::timestamptz[], :room_ids::uuid[], :activity_ids::uuid[]) AS wanted (starts_at, room_id, activity_id)
    JOIN room ON room.id = wanted.room_id
    JOIN activity ON activity.id = wanted.activity_id JOIN request ON request.id = activity.request_id
    ORDER BY campus_id, day
) AS days;

-- name: lock_for_booking(activity_id, resource_ids, starts_at, zone)!
-- Nobody changes a fact of the season, moves the activity's request, books these resources or its people, or, where that is
-- counted, starts anything on that campus that day until this transaction ends; always in this order, because those who wait for each
-- other would be a deadlock.
WITH season AS MATERIALIZED (
    SELECT pg_advisory_xact_lock_shared(hashtextextended(request.season_id::text, 8))
    FROM request JOIN activity ON activity.request_id = request.id WHERE activity.id = :activity_id
), locked AS MATERIALIZED (
    SELECT request.id, request.season_id FROM request JOIN activity ON activity.request_id = request.id
    WHERE activity.id = :activity_id AND EXISTS (SELECT 1 FROM season) FOR UPDATE OF request
), taken AS MATERIALIZED (
    SELECT id FROM resource
    WHERE EXISTS (SELECT 1 FROM locked)
        AND id = ANY(:resource_ids::uuid[] || ARRAY(SELECT team_id FROM activity_team WHERE activity_id = :activity_id))
    ORDER BY id FOR NO KEY UPDATE
)
SELECT lock_staff(locked.season_id, there.campus_id::uuid, (:starts_at::timestamptz AT TIME ZONE :zone)::date)
FROM locked, (SELECT min(room.campus_id::text) AS campus_id FROM taken JOIN room ON room.id = taken.id) AS there
WHERE there.campus_id IS NOT NULL;

-- name: find_facts(activity_id, starts_at, minutes, room_ids, channel_id, zone, rules, talks, fairs, now)^
-- Everything that decides whether an activity may be booked at a placement, but for who else is there; with another length
-- than its own where `minutes` says so.
WITH wanted AS (
    SELECT activity.id, activity.request_id, request.season_id, request.state AS request_state, request.owner_kind,
        request.employer_id, request.department_id, request.filed_at, activity.kind,
        coalesce(:minutes::integer, activity.duration_minutes) AS duration_minutes, activity.rooms_needed, activity.needs_channel,
        activity.attendance, activity.booths, activity.features, activity.campus_ids, activity.asked_room_ids,
        coalesce((SELECT array_agg(team_id) FROM activity_team WHERE activity_team.activity_id = activity.id), '{}') AS team_ids,
        (SELECT strike.employer_id FROM strike WHERE strike.employer_id = request.employer_id AND strike.removed_at IS NULL LIMIT 1)
            AS employer_with_strikes
    FROM activity JOIN request ON request.id = activity.request_id WHERE activity.id = :activity_id
), placed AS (
    SELECT :starts_at::timestamptz AS starts_at, :starts_at::timestamptz + make_interval(mins => duration_minutes) AS ends_at,
        :starts_at::timestamptz AT TIME ZONE :zone AS local_start,
        (:starts_at::timestamptz + make_interval(mins => duration_minutes)) AT TIME ZONE :zone AS local_end,
        (:starts_at::timestamptz + make_interval(mins => season.grid_minutes * ceil(duration_minutes::numeric / season.grid_minutes)::integer))
            AT TIME ZONE :zone AS slots_end
    FROM wanted JOIN season ON season.id = wanted.season_id
), named AS (
    SELECT id, code, campus_id, name_zh, name_en, capacity, booths, features, department_id, max_minutes, needs_approval FROM room
    WHERE id = ANY(:room_ids::uuid[])
), rules AS MATERIALIZED (
    SELECT :rules::jsonb || coalesce((SELECT jsonb_object_agg(name, value) FROM season_policy
        WHERE season_policy.season_id = wanted.season_id), '{}') AS given
    FROM wanted
), counted AS MATERIALIZED (
    -- The days of the owner's other talks, or fairs, where there is a limit of this kind (1000, the greatest value, is none).
    SELECT (booking.starts_at AT TIME ZONE :zone)::date AS day
    FROM wanted JOIN request ON request.season_id = wanted.season_id
        AND (request.employer_id = wanted.employer_id OR request.department_id = wanted.department_id)
    JOIN activity ON activity.request_id = request.id AND activity.id <> wanted.id
        AND activity.kind = ANY(CASE WHEN wanted.kind = ANY(:fairs::text[]) THEN :fairs::text[] ELSE :talks::text[] END)
    JOIN booking ON booking.activity_id = activity.id AND booking.state IN ('tentative', 'confirmed')
    WHERE EXISTS (SELECT 1 FROM wanted CROSS JOIN rules WHERE wanted.kind = ANY(:fairs::text[])
        OR wanted.kind = ANY(:talks::text[]) AND (rules.given ->> 'talks_per_day_per_employer')::integer < 1000)
), there AS MATERIALIZED (
    SELECT array_agg(id) AS room_ids FROM room WHERE campus_id = (SELECT campus_id FROM named ORDER BY code LIMIT 1)
), staffed AS MATERIALIZED (
    SELECT count(*) AS starts,
        count(*) FILTER (WHERE (begun.starts_at AT TIME ZONE :zone)::time >= (rules.given ->> 'evening_from')::time) AS evening_starts
    FROM wanted CROSS JOIN placed CROSS JOIN rules CROSS JOIN there CROSS JOIN LATERAL (
        -- OFFSET and LIMIT keep it to the bookings of the day, each looked at once.
        SELECT booking.id, booking.starts_at FROM booking
        WHERE booking.season_id = wanted.season_id AND booking.state IN ('tentative', 'confirmed')
            AND booking.starts_at >= placed.local_start::date::timestamp AT TIME ZONE :zone
            AND booking.starts_at < (placed.local_start::date + 1)::timestamp AT TIME ZONE :zone
            AND booking.activity_id <> wanted.id
        OFFSET 0
    ) AS begun
    -- 1000, the greatest value, is no limit.
    WHERE least((rules.given ->> 'activities_per_campus_day')::integer, (rules.given ->> 'activities_per_campus_evening')::integer) < 1000
        AND there.room_ids IS NOT NULL AND (SELECT true FROM booking_resource AS beside
            WHERE beside.booking_id = begun.id AND beside.resource_id = ANY(there.room_ids) LIMIT 1)
)
SELECT to_jsonb(wanted) AS activity,
    rules.given AS rules,
    (SELECT to_jsonb(own) FROM (SELECT id, code, name_zh, name_en, first_day, last_day, term_first_day, day_opens, day_closes,
        grid_minutes, row_version FROM season WHERE season.id = wanted.season_id) AS own) AS season,
    coalesce((SELECT jsonb_agg(to_jsonb(named) ORDER BY code) FROM named), '[]') AS rooms,
    EXISTS (SELECT 1 FROM channel WHERE channel.id = :channel_id) AS has_channel,
    EXISTS (SELECT 1 FROM opening_hours AS hours WHERE hours.resource_id = ANY(array_append(:room_ids::uuid[], :channel_id))
        GROUP BY hours.resource_id
        HAVING NOT bool_or(hours.weekday = working_weekday(placed.local_start::date) AND hours.opens <= placed.local_start::time
            AND hours_end(hours.closes) >= hours_end(placed.local_end::time))) AS is_shut,
    -- A closure spares what stood in it when it was made, not what moves into it, unless somebody made an exception.
    EXISTS (SELECT 1 FROM closure
        LEFT JOIN room ON room.id = closure.resource_id
        LEFT JOIN channel ON channel.id = closure.resource_id
        LEFT JOIN resource_turnover AS turnover ON turnover.resource_id = closure.resource_id AND turnover.kind = wanted.kind
        WHERE closure.resource_id = ANY(array_append(:room_ids::uuid[], :channel_id)) AND wanted.id = ANY(closure.exempt_activity_ids)
            AND NOT EXISTS (SELECT 1 FROM closure_exemption AS exemption
                WHERE exemption.closure_id = closure.id AND exemption.activity_id = wanted.id)
            AND closure.span && tstzrange(placed.starts_at, placed.ends_at
                + make_interval(mins => coalesce(turnover.minutes, room.turnover_minutes, channel.turnover_minutes, 0)))) AS is_spared,
    array_remove(ARRAY[
        CASE WHEN EXISTS (SELECT 1 FROM activity_window WHERE activity_window.activity_id = wanted.id)
            AND NOT EXISTS (SELECT 1 FROM activity_window AS wish WHERE wish.activity_id = wanted.id
                AND placed.local_start::date BETWEEN wish.first_day AND wish.last_day AND wish.from_time <= placed.local_start::time
                AND CASE WHEN wish.until_time >= '23:59' THEN '24:00' ELSE hours_end(wish.until_time) END >= hours_end(placed.slots_end::time))
            OR ((rules.given -> 'only_usual_starts')::boolean
                AND NOT rules.given -> 'usual_starts' ? left(placed.local_start::time::text, 5))
            THEN 'start_not_allowed' END,
        CASE WHEN EXISTS (SELECT 1 FROM calendar_day WHERE day = placed.local_start::date AND NOT is_working) THEN 'day_off' END,
        CASE WHEN EXISTS (SELECT 1 FROM forbidden_place AS forbidden WHERE forbidden.activity_id = wanted.id
            AND (forbidden.starts_at IS NULL AND forbidden.day IS NULL
                OR coalesce((forbidden.starts_at AT TIME ZONE :zone)::date, forbidden.day) = placed.local_start::date)
            AND (forbidden.starts_at IS NULL OR forbidden.starts_at = placed.starts_at)
            AND (forbidden.room_id IS NULL OR forbidden.room_id = ANY(:room_ids::uuid[]))) THEN 'forbidden_place' END
    ], NULL) AS unwished,
    array_remove(ARRAY[
        CASE WHEN (SELECT count(*) FROM counted WHERE day = placed.local_start::date) >= CASE
                WHEN wanted.employer_id IS NOT NULL AND wanted.kind = ANY(:talks::text[])
                    THEN (rules.given ->> 'talks_per_day_per_employer')::integer
                WHEN wanted.department_id IS NOT NULL AND wanted.kind = ANY(:fairs::text[])
                    THEN (rules.given ->> 'fairs_per_day_per_department')::integer END
            THEN 'group_max_per_day' END,
        CASE WHEN wanted.employer_id IS NOT NULL AND wanted.kind = ANY(:fairs::text[])
            AND (SELECT count(*) FROM counted WHERE date_trunc('month', day) = date_trunc('month', placed.local_start))
                >= (rules.given ->> 'fairs_per_month_per_employer')::integer
            THEN 'group_period_limit' END,
        CASE WHEN wanted.employer_id IS NOT NULL AND wanted.kind = ANY(:fairs::text[])
            AND EXISTS (SELECT 1 FROM counted
                WHERE abs(day - placed.local_start::date) < (rules.given ->> 'fairs_minimum_gap_days')::integer)
            THEN 'group_min_gap_days' END,
        CASE WHEN EXISTS (SELECT 1 FROM staffed WHERE starts >= (rules.given ->> 'activities_per_campus_day')::integer
                OR placed.local_start::time >= (rules.given ->> 'evening_from')::time
                    AND evening_starts >= (rules.given ->> 'activities_per_campus_evening')::integer)
            AND cardinality(:room_ids::uuid[]) > 0 THEN 'staff_limit' END
    ], NULL) AS over_limits,
    (SELECT jsonb_agg(jsonb_build_object('activity_id', step.id, 'ordinal', step.ordinal,
            'gap_after_previous_minutes', step.gap_after_previous_minutes, 'same_day_as_previous', step.same_day_as_previous,
            'starts_at', booking.starts_at, 'ends_at', booking.ends_at) ORDER BY step.ordinal)
        FROM activity AS step LEFT JOIN booking ON booking.activity_id = step.id AND booking.state IN ('tentative', 'confirmed')
        WHERE step.request_id = wanted.request_id AND step.status = 'active') AS steps,
    (SELECT booking.id FROM booking WHERE booking.activity_id = wanted.id AND booking.state IN ('tentative', 'confirmed')
        ORDER BY booking.starts_at LIMIT 1) AS standing_id,
    (SELECT coalesce(travel.minutes, usual.minutes)
        FROM (SELECT (rules.given ->> 'travel_minutes_between_campuses')::integer AS minutes) AS usual
        CROSS JOIN (SELECT campus_id FROM named ORDER BY code LIMIT 1) AS there
        JOIN booking_resource AS people ON people.resource_id = ANY(wanted.team_ids)
            AND (people.activity_id <> wanted.id AND people.state IN ('tentative', 'confirmed')
                OR people.request_id <> wanted.request_id AND people.state = 'held')
        JOIN booking_resource AS beside ON beside.booking_id = people.booking_id
        JOIN room ON room.id = beside.resource_id AND room.campus_id <> there.campus_id
        LEFT JOIN campus_travel AS travel ON travel.from_campus_id = room.campus_id AND travel.to_campus_id = there.campus_id
        WHERE people.span && tstzrange(placed.starts_at - make_interval(mins => coalesce(travel.minutes, usual.minutes)),
            placed.ends_at + make_interval(mins => coalesce(travel.minutes, usual.minutes)))
        LIMIT 1) AS missed_way,
    ARRAY(SELECT DISTINCT booking.id FROM booking_resource AS taken JOIN booking ON booking.id = taken.booking_id
        WHERE taken.resource_id = ANY(array_append(:room_ids::uuid[], :channel_id) || wanted.team_ids) AND taken.state = 'held'
            AND taken.span && tstzrange(placed.starts_at, placed.ends_at + interval '8 hours') AND booking.held_until <= :now
        ) AS expired_hold_ids
FROM wanted, placed, rules;

-- name: insert_booking(season_id, activity_id, kind, starts_at, ends_at, state, version_id, made_by, now, resource_ids, agreed_rules)^
-- A booking with what it takes (rooms and channels with their turnover, teams for the bare time), what its maker agreed
-- that it breaks, and the number of the message that tells it.
WITH made AS (
    INSERT INTO booking (season_id, activity_id, starts_at, ends_at, state, version_id, made_by, created_at)
    VALUES (:season_id, :activity_id, :starts_at, :ends_at, :state, :version_id, :made_by, :now)
    RETURNING id, sequence
), raised AS (
    UPDATE activity SET invitation_sequence = invitation_sequence + 1 WHERE id = :activity_id RETURNING request_id, invitation_sequence
), taken AS (
    INSERT INTO booking_resource (booking_id, activity_id, request_id, resource_id, span, state)
    SELECT made.id, :activity_id::uuid, raised.request_id, resource.id,
        tstzrange(:starts_at::timestamptz, :ends_at::timestamptz
            + make_interval(mins => coalesce(turnover.minutes, room.turnover_minutes, channel.turnover_minutes, 0))),
        :state::text
    FROM made CROSS JOIN raised CROSS JOIN resource
    LEFT JOIN room ON room.id = resource.id
    LEFT JOIN channel ON channel.id = resource.id
    LEFT JOIN resource_turnover AS turnover ON turnover.resource_id = resource.id AND turnover.kind = :kind
    WHERE resource.id = ANY(:resource_ids::uuid[] || ARRAY(SELECT team_id FROM activity_team WHERE activity_id = :activity_id::uuid))
    ORDER BY resource.id
), agreed AS (
    INSERT INTO booking_case (season_id, booking_id, breaks, state, outcome, opened_by, opened_at, due_at, ended_by, ended_at)
    SELECT :season_id, made.id, (SELECT jsonb_agg(jsonb_build_object('rule', rule)) FROM unnest(:agreed_rules::text[]) AS given (rule)),
        'kept', 'agreed', :made_by, :now, :now, :made_by, :now
    FROM made WHERE cardinality(:agreed_rules::text[]) > 0
)
SELECT made.id, made.sequence, raised.invitation_sequence FROM made, raised;

-- name: insert_bookings(season_id, activity_ids, starts, ends, state, version_id, made_by, now, answer_until, taking_ids, resource_ids)
-- Bookings with what they take, and the numbers of the messages that tell them. Rooms and channels come as pairs of the
-- activity that takes one and the resource.
WITH wanted AS (
    SELECT given.activity_id, activity.request_id, activity.kind, given.starts_at, given.ends_at, given.number
    FROM unnest(:activity_ids::uuid[], :starts::timestamptz[], :ends::timestamptz[]) WITH ORDINALITY
        AS given (activity_id, starts_at, ends_at, number)
    JOIN activity ON activity.id = given.activity_id
), made AS (
    INSERT INTO booking (season_id, activity_id, starts_at, ends_at, state, version_id, made_by, created_at, answer_until)
    SELECT :season_id::uuid, activity_id, starts_at, ends_at, :state::text, :version_id::uuid, :made_by::uuid, :now::timestamptz,
        :answer_until::timestamptz
    FROM wanted ORDER BY number
    RETURNING id, activity_id, sequence
), raised AS (
    UPDATE activity SET invitation_sequence = invitation_sequence + 1 WHERE id = ANY(:activity_ids::uuid[])
    RETURNING id, invitation_sequence
), takes AS (
    SELECT activity_id, resource_id FROM unnest(:taking_ids::uuid[], :resource_ids::uuid[]) AS named (activity_id, resource_id)
    UNION SELECT activity_id, team_id FROM activity_team WHERE activity_id = ANY(:activity_ids::uuid[])
), taken AS (
    INSERT INTO booking_resource (booking_id, activity_id, request_id, resource_id, span, state)
    SELECT made.id, made.activity_id, wanted.request_id, resource.id,
        tstzrange(wanted.starts_at, wanted.ends_at
            + make_interval(mins => coalesce(turnover.minutes, room.turnover_minutes, channel.turnover_minutes, 0))),
        :state::text
    FROM made JOIN wanted ON wanted.activity_id = made.activity_id
    JOIN takes ON takes.activity_id = made.activity_id
    JOIN resource ON resource.id = takes.resource_id
    LEFT JOIN room ON room.id = resource.id
    LEFT JOIN channel ON channel.id = resource.id
    LEFT JOIN resource_turnover AS turnover ON turnover.resource_id = resource.id AND turnover.kind = wanted.kind
    ORDER BY wanted.number, resource.id
)
SELECT made.activity_id, made.id, made.sequence, raised.invitation_sequence FROM made JOIN raised ON raised.id = made.activity_id;

-- name: give_back_bookings(booking_ids)
-- Bookings are given back, in the order of the list; the iCalendar SEQUENCE of the message about each one's activity.
WITH given_back AS (
    UPDATE booking SET state = 'released' FROM unnest(:booking_ids::uuid[]) AS given (id)
    WHERE booking.id = given.id AND booking.state IN ('tentative', 'confirmed') RETURNING booking.activity_id
)
UPDATE activity SET invitation_sequence = invitation_sequence + 1 FROM given_back WHERE activity.id = given_back.activity_id
RETURNING activity.id, invitation_sequence;

-- name: release_bookings(booking_ids)!
-- Bookings give way to others of their activities, which are told in their place.
UPDATE booking SET state = 'released' FROM unnest(:booking_ids::uuid[]) AS given (id)
WHERE booking.id = given.id AND booking.state IN ('tentative', 'confirmed');

-- name: release_expired_holds(resource_ids, now)
-- Holds of some resources whose time is over make way.
SELECT id, season_id, offer_id FROM release_expired_holds(:resource_ids::uuid[], :now) ORDER BY id;

-- name: list_progress(request_ids)
-- How far some requests are: their states, and whether each of their activities stands.
SELECT request.id, request.state, NOT EXISTS (
    SELECT 1 FROM activity WHERE activity.request_id = request.id AND activity.status = 'active' AND NOT EXISTS (
        SELECT 1 FROM booking WHERE booking.activity_id = activity.id AND booking.state IN ('tentative', 'confirmed'))) AS is_complete
FROM request WHERE request.id = ANY(:request_ids::uuid[]) ORDER BY request.id;

-- name: update_booking_state(booking_id, state)$
-- A standing booking is confirmed or given back.
UPDATE booking SET state = :state WHERE id = :booking_id AND state IN ('tentative', 'confirmed') RETURNING id;

-- name: find_booking(booking_id)^
-- One booking.
SELECT booking.id, booking.season_id, booking.activity_id, activity.request_id, starts_at, ends_at, booking.state, version_id, sequence, answer_until,
    coalesce((SELECT array_agg(room.id ORDER BY room.code) FROM booking_resource AS taken JOIN room ON room.id = taken.resource_id
        WHERE taken.booking_id = booking.id), '{}') AS room_ids,
    (SELECT channel.id FROM booking_resource AS taken JOIN channel ON channel.id = taken.resource_id
        WHERE taken.booking_id = booking.id) AS channel_id
FROM booking JOIN activity ON activity.id = booking.activity_id
WHERE booking.id = :booking_id;

-- name: list_standing_of(request_id)
-- The standing bookings of a request.
SELECT booking.id, booking.season_id, booking.activity_id, activity.request_id, starts_at, ends_at, booking.state, version_id, sequence, answer_until,
    coalesce((SELECT array_agg(room.id ORDER BY room.code) FROM booking_resource AS taken JOIN room ON room.id = taken.resource_id
        WHERE taken.booking_id = booking.id), '{}') AS room_ids,
    (SELECT channel.id FROM booking_resource AS taken JOIN channel ON channel.id = taken.resource_id
        WHERE taken.booking_id = booking.id) AS channel_id
FROM activity JOIN booking ON booking.activity_id = activity.id AND booking.state IN ('tentative', 'confirmed')
WHERE activity.request_id = :request_id
ORDER BY starts_at, booking.id;

-- name: list_standing(season_id, activity_ids, request_states)
-- The standing bookings of a season; only those of some activities, of requests in some states.
SELECT booking.id, booking.season_id, booking.activity_id, activity.request_id, starts_at, ends_at, booking.state, version_id, sequence, answer_until,
    coalesce((SELECT array_agg(room.id ORDER BY room.code) FROM booking_resource AS taken JOIN room ON room.id = taken.resource_id
        WHERE taken.booking_id = booking.id), '{}') AS room_ids,
    (SELECT channel.id FROM booking_resource AS taken JOIN channel ON channel.id = taken.resource_id
        WHERE taken.booking_id = booking.id) AS channel_id
FROM booking JOIN activity ON activity.id = booking.activity_id
WHERE booking.state IN ('tentative', 'confirmed') AND booking.season_id = :season_id
    AND (:activity_ids::uuid[] IS NULL OR booking.activity_id = ANY(:activity_ids))
    AND (:request_states::text[] IS NULL
        OR (SELECT request.state FROM request WHERE request.id = activity.request_id) = ANY(:request_states))
ORDER BY starts_at, booking.id;

-- name: lock_over(now, batch)
-- Scheduled requests whose last standing booking is over.
SELECT request.id, request.season_id FROM request
WHERE request.state = 'scheduled' AND :now >= (SELECT max(booking.ends_at) FROM booking
    JOIN activity ON activity.id = booking.activity_id
    WHERE activity.request_id = request.id AND booking.state IN ('tentative', 'confirmed'))
ORDER BY request.id LIMIT :batch FOR UPDATE OF request SKIP LOCKED;

-- name: raise_invitation_sequence(activity_id)$
-- The iCalendar SEQUENCE of the next message about an activity.
UPDATE activity SET invitation_sequence = invitation_sequence + 1 WHERE id = :activity_id RETURNING invitation_sequence;

-- name: find_bookable(activity_id)^
-- What of an activity and its request decides whether a placement may be booked.
SELECT activity.id, activity.request_id, request.season_id, request.state AS request_state, request.owner_kind,
    request.department_id, request.filed_at, activity.kind, activity.duration_minutes, activity.rooms_needed, activity.needs_channel,
    activity.attendance, activity.booths, activity.features, activity.campus_ids, activity.asked_room_ids,
    coalesce((SELECT array_agg(team_id) FROM activity_team WHERE activity_team.activity_id = activity.id), '{}') AS team_ids
FROM activity JOIN request ON request.id = activity.request_id
WHERE activity.id = :activity_id;

-- name: lock_request_of(activity_id)$
-- One change at a time for a request, while the facts of its season stay as they are.
WITH season AS MATERIALIZED (
    SELECT pg_advisory_xact_lock_shared(hashtextextended(request.season_id::text, 8))
    FROM request JOIN activity ON activity.request_id = request.id WHERE activity.id = :activity_id
)
SELECT request.id FROM request JOIN activity ON activity.request_id = request.id
WHERE activity.id = :activity_id AND EXISTS (SELECT 1 FROM season)
FOR UPDATE OF request;

-- name: find_in_the_way(resource_ids, activity_id, request_id, kind, starts_at, ends_at)^
-- Which activities occupy some resources in a stretch of time, turnovers included, and which of them are closed then.
-- Materialized: joined all at once, the planner read the owner of every request.
WITH wanted AS MATERIALIZED (
    SELECT resource.id, coalesce(room.name_zh, channel.name_zh, resource.label) AS name_zh,
        coalesce(room.name_en, channel.name_en, resource.label) AS name_en,
        tstzrange(:starts_at::timestamptz, :ends_at::timestamptz
            + make_interval(mins => coalesce(turnover.minutes, room.turnover_minutes, channel.turnover_minutes, 0))) AS span
    FROM resource
    LEFT JOIN room ON room.id = resource.id
    LEFT JOIN channel ON channel.id = resource.id
    LEFT JOIN resource_turnover AS turnover ON turnover.resource_id = resource.id AND turnover.kind = :kind
    WHERE resource.id = ANY(:resource_ids::uuid[])
), found AS MATERIALIZED (
    SELECT wanted.id AS resource_id, wanted.name_zh, wanted.name_en, taken.booking_id
    FROM wanted JOIN booking_resource AS taken ON taken.resource_id = wanted.id AND taken.span && wanted.span
        AND (taken.activity_id <> :activity_id AND taken.state IN ('tentative', 'confirmed')
            OR taken.request_id <> :request_id AND taken.state = 'held')
), occupied AS (
    SELECT found.resource_id, found.name_zh, found.name_en, booking.starts_at, booking.ends_at, booking.activity_id, activity.kind,
        request.department_id, owner.name_zh AS owner_name_zh, owner.name_en AS owner_name_en
    FROM found
    JOIN booking ON booking.id = found.booking_id
    JOIN activity ON activity.id = booking.activity_id
    JOIN request ON request.id = activity.request_id
    JOIN request_owner AS owner ON owner.request_id = request.id
)
SELECT
    coalesce((SELECT jsonb_agg(to_jsonb(occupied) ORDER BY starts_at, resource_id) FROM occupied), '[]') AS occupied,
    coalesce((SELECT jsonb_agg(jsonb_build_object('resource_id', id, 'name_zh', name_zh, 'name_en', name_en) ORDER BY id) FROM wanted
        WHERE EXISTS (SELECT 1 FROM closure WHERE closure.resource_id = wanted.id AND closure.span && wanted.span)), '[]') AS closed;

-- name: list_free_placements(starts, duration_minutes, weekdays, from_times, until_times, kind, capacity, booths, features, campus_ids, asked_for, department_id, own_rooms_only, rooms_needed, needs_channel, team_ids, activity_id, request_id, season_id, zone, rules, counted_kinds, per_day, are_spaced, batch)
-- The first starts of a list at which an activity fits: enough fitting rooms free on one campus, a channel if needed, its people free,
-- and no limit of its owner or of the campus broken (the same as find_facts has: `per_day` names the policy of a day's limit).
-- What is taken is gathered once for each resource; a look for each room and start took ten times as long.
WITH wanted AS (
    SELECT starts_at, starts_at + make_interval(mins => :duration_minutes) AS ends_at, weekday, from_time, until_time, ordinal,
        (starts_at AT TIME ZONE :zone)::date AS day
    FROM unnest(:starts::timestamptz[], :weekdays::integer[], :from_times::time[], :until_times::time[])
        WITH ORDINALITY AS listed (starts_at, weekday, from_time, until_time, ordinal)
), stretch AS MATERIALIZED (
    SELECT tstzrange(min(starts_at), max(ends_at) + interval '1 day') AS span FROM wanted
), rules AS MATERIALIZED (
    SELECT :rules::jsonb || coalesce((SELECT jsonb_object_agg(name, value) FROM season_policy WHERE season_id = :season_id), '{}') AS given
), counted AS MATERIALIZED (
    SELECT (booking.starts_at AT TIME ZONE :zone)::date AS day
    FROM request AS own JOIN request ON request.season_id = own.season_id
        AND (request.employer_id = own.employer_id OR request.department_id = own.department_id)
    JOIN activity ON activity.request_id = request.id AND activity.id <> :activity_id AND activity.kind = ANY(:counted_kinds::text[])
    JOIN booking ON booking.activity_id = activity.id AND booking.state IN ('tentative', 'confirmed')
    WHERE own.id = :request_id
), within AS MATERIALIZED (
    SELECT wanted.* FROM wanted CROSS JOIN rules
    WHERE NOT coalesce((SELECT count(*) FROM counted WHERE day = wanted.day) >= (rules.given ->> :per_day)::integer, false)
        AND NOT (:are_spaced AND (
            (SELECT count(*) FROM counted WHERE date_trunc('month', day) = date_trunc('month', wanted.day))
                >= (rules.given ->> 'fairs_per_month_per_employer')::integer
            OR EXISTS (SELECT 1 FROM counted WHERE abs(day - wanted.day) < (rules.given ->> 'fairs_minimum_gap_days')::integer)))
), looked_after AS MATERIALIZED (
    SELECT room.campus_id, (booking.starts_at AT TIME ZONE :zone)::date AS day, count(DISTINCT booking.id) AS starts,
        count(DISTINCT booking.id) FILTER (
            WHERE (booking.starts_at AT TIME ZONE :zone)::time >= (rules.given ->> 'evening_from')::time) AS evening_starts
    FROM rules CROSS JOIN stretch JOIN booking ON booking.starts_at >= lower(stretch.span) - interval '1 day'
        AND booking.starts_at < upper(stretch.span)
    JOIN booking_resource AS there ON there.booking_id = booking.id JOIN room ON room.id = there.resource_id
    WHERE booking.season_id = :season_id AND booking.state IN ('tentative', 'confirmed') AND booking.activity_id <> :activity_id
        AND EXISTS (SELECT 1 FROM rules WHERE least((given ->> 'activities_per_campus_day')::integer,
            (given ->> 'activities_per_campus_evening')::integer) < 1000)
    GROUP BY room.campus_id, day
), people AS MATERIALIZED (
    SELECT booking_id, span FROM booking_resource
    WHERE resource_id = ANY(:team_ids::uuid[])
        AND (activity_id <> :activity_id AND state IN ('tentative', 'confirmed') OR request_id <> :request_id AND state = 'held')
), people_free AS MATERIALIZED (
    SELECT within.* FROM within CROSS JOIN (SELECT range_agg(span) AS spans FROM people) AS busy
    WHERE busy.spans IS NULL OR NOT busy.spans && tstzrange(within.starts_at, within.ends_at)
), fitting AS MATERIALIZED (
    SELECT room.id, room.campus_id, room.capacity, room.code,
        make_interval(mins => coalesce(turnover.minutes, room.turnover_minutes)) AS turnover,
        EXISTS (SELECT 1 FROM opening_hours AS hours WHERE hours.resource_id = room.id) AS has_hours
    FROM rules CROSS JOIN room LEFT JOIN resource_turnover AS turnover ON turnover.resource_id = room.id AND turnover.kind = :kind
    WHERE :rooms_needed > 0 AND room.capacity >= :capacity AND room.booths >= :booths AND room.features @> :features::text[]
        AND (cardinality(:campus_ids::uuid[]) = 0 OR room.campus_id = ANY(:campus_ids::uuid[]))
        AND room_is_open(room, :asked_for::uuid[], :department_id::uuid)
        AND (room.department_id = :department_id::uuid OR NOT :own_rooms_only)
        AND NOT (:own_rooms_only AND room.needs_approval)
        AND :duration_minutes <= coalesce(room.max_minutes, (rules.given ->> 'room_max_minutes')::integer)
), venue AS (
    SELECT id FROM fitting UNION ALL SELECT id FROM channel WHERE :needs_channel
), busy AS MATERIALIZED (
    SELECT venue.id, range_agg(taken.span) AS spans
    FROM venue CROSS JOIN stretch CROSS JOIN LATERAL (
        SELECT span FROM booking_resource WHERE resource_id = venue.id AND booking_resource.span && stretch.span
            AND (activity_id <> :activity_id AND state IN ('tentative', 'confirmed') OR request_id <> :request_id AND state = 'held')
        UNION ALL SELECT span FROM closure WHERE resource_id = venue.id AND closure.span && stretch.span
    ) AS taken
    GROUP BY venue.id
), away AS MATERIALIZED (
    SELECT there.campus_id, range_agg(tstzrange(lower(people.span) - way.length, upper(people.span) + way.length)) AS spans
    FROM (SELECT DISTINCT campus_id FROM fitting) AS there CROSS JOIN people CROSS JOIN rules
    JOIN booking_resource AS beside ON beside.booking_id = people.booking_id
    JOIN room AS elsewhere ON elsewhere.id = beside.resource_id AND elsewhere.campus_id <> there.campus_id
    LEFT JOIN campus_travel AS travel ON travel.from_campus_id = elsewhere.campus_id AND travel.to_campus_id = there.campus_id
    CROSS JOIN LATERAL (SELECT make_interval(mins => coalesce(travel.minutes,
        (rules.given ->> 'travel_minutes_between_campuses')::integer)) AS length) AS way
    GROUP BY there.campus_id
), free_rooms AS (
    SELECT people_free.ordinal, fitting.campus_id, fitting.id,
        row_number() OVER (PARTITION BY people_free.ordinal, fitting.campus_id ORDER BY fitting.capacity, fitting.code) AS nth
    FROM people_free CROSS JOIN fitting CROSS JOIN rules
    LEFT JOIN looked_after ON looked_after.campus_id = fitting.campus_id AND looked_after.day = people_free.day
    LEFT JOIN busy ON busy.id = fitting.id
    LEFT JOIN away ON away.campus_id = fitting.campus_id
    WHERE (busy.spans IS NULL OR NOT busy.spans && tstzrange(people_free.starts_at, people_free.ends_at + fitting.turnover))
        AND (away.spans IS NULL OR NOT away.spans && tstzrange(people_free.starts_at, people_free.ends_at))
        AND (looked_after.day IS NULL OR looked_after.starts < (rules.given ->> 'activities_per_campus_day')::integer
            AND (people_free.from_time < (rules.given ->> 'evening_from')::time
                OR looked_after.evening_starts < (rules.given ->> 'activities_per_campus_evening')::integer))
        AND (NOT fitting.has_hours OR EXISTS (SELECT 1 FROM opening_hours AS hours WHERE hours.resource_id = fitting.id
            AND hours.weekday = people_free.weekday AND hours.opens <= people_free.from_time
            AND hours_end(hours.closes) >= hours_end(people_free.until_time)))
), room_choice AS (
    SELECT DISTINCT ON (ordinal) ordinal, room_ids FROM (
        SELECT ordinal, campus_id, array_agg(id ORDER BY nth) AS room_ids, max(nth) AS last_nth
        FROM free_rooms WHERE nth <= :rooms_needed GROUP BY ordinal, campus_id
    ) AS by_campus WHERE last_nth >= :rooms_needed ORDER BY ordinal, campus_id
), channel_choice AS (
    SELECT DISTINCT ON (people_free.ordinal) people_free.ordinal, channel.id AS channel_id
    FROM people_free CROSS JOIN channel
    LEFT JOIN resource_turnover AS turnover ON turnover.resource_id = channel.id AND turnover.kind = :kind
    LEFT JOIN busy ON busy.id = channel.id
    WHERE :needs_channel
        AND (busy.spans IS NULL OR NOT busy.spans && tstzrange(people_free.starts_at, people_free.ends_at
            + make_interval(mins => coalesce(turnover.minutes, channel.turnover_minutes))))
    ORDER BY people_free.ordinal, channel.code
)
SELECT people_free.starts_at, people_free.ends_at, coalesce(room_choice.room_ids, '{}') AS room_ids, channel_choice.channel_id
FROM people_free
LEFT JOIN room_choice ON room_choice.ordinal = people_free.ordinal
LEFT JOIN channel_choice ON channel_choice.ordinal = people_free.ordinal
WHERE (:rooms_needed = 0 OR room_choice.ordinal IS NOT NULL) AND (NOT :needs_channel OR channel_choice.ordinal IS NOT NULL)
ORDER BY people_free.ordinal LIMIT :batch;

-- name: list_steps(request_id)
-- The steps of a request in their order, with the times that they hold.
SELECT activity.id AS activity_id, activity.ordinal, gap_after_previous_minutes, same_day_as_previous, booking.starts_at, booking.ends_at
FROM activity LEFT JOIN booking ON booking.activity_id = activity.id AND booking.state IN ('tentative', 'confirmed')
WHERE activity.request_id = :request_id AND activity.status = 'active' ORDER BY activity.ordinal;

-- name: check_constraints_now()#
-- A racer learns at once.
SET CONSTRAINTS resource_already_taken, resource_already_held IMMEDIATE;

-- name: renew_turnovers(resource_ids)!
-- What occupies some locked resources gets the turnovers of now, as far as nothing follows.
SELECT renew_turnovers(:resource_ids::uuid[]);

-- name: is_cut_short(booking_ids)$
-- Whether something follows so close that the turnover of one of these bookings has no room.
SELECT EXISTS (SELECT 1 FROM booking_resource WHERE booking_id = ANY(:booking_ids::uuid[]) AND is_cut_short);

-- name: defer_constraints()#
-- A release may swap rooms.
SET CONSTRAINTS resource_already_taken, resource_already_held DEFERRED;

-- name: list_coming_seasons(now)
-- Seasons in which something confirmed begins within six weeks.
SELECT DISTINCT season_id FROM booking WHERE state = 'confirmed' AND starts_at > :now AND starts_at < :now + interval '42 days' ORDER BY season_id;

-- name: note_reminders(season_id, hours, now, batch)
-- Note that people are reminded of what begins within so many hours and was booked before that, and of the steps that follow
-- it within twelve hours; the activities by their time, and the number of the last message that told of each place.
WITH near AS MATERIALIZED (
    SELECT booking.id, booking.starts_at, activity.request_id FROM booking JOIN activity ON activity.id = booking.activity_id
    WHERE booking.season_id = :season_id AND booking.state = 'confirmed' AND booking.starts_at > :now
        AND booking.starts_at <= :now + make_interval(hours => :hours)
        AND booking.created_at <= booking.starts_at - make_interval(hours => :hours)
        AND NOT EXISTS (SELECT 1 FROM booking_reminder WHERE booking_reminder.booking_id = booking.id)
    ORDER BY booking.starts_at, booking.id LIMIT :batch FOR SHARE OF booking SKIP LOCKED
), due AS MATERIALIZED (
    SELECT booking.id, booking.activity_id, booking.starts_at FROM booking JOIN activity ON activity.id = booking.activity_id
    WHERE booking.state = 'confirmed' AND activity.request_id IN (SELECT request_id FROM near) AND EXISTS (SELECT FROM near
        WHERE near.request_id = activity.request_id AND booking.starts_at BETWEEN near.starts_at AND near.starts_at + interval '12 hours')
        AND NOT EXISTS (SELECT 1 FROM booking_reminder WHERE booking_reminder.booking_id = booking.id)
), noted AS (
    INSERT INTO booking_reminder (booking_id, reminded_at) SELECT id, :now FROM due ORDER BY id ON CONFLICT DO NOTHING RETURNING booking_id
)
SELECT due.activity_id, activity.request_id, activity.kind, activity.invitation_sequence AS sequence FROM noted JOIN due ON due.id = noted.booking_id
JOIN activity ON activity.id = due.activity_id ORDER BY due.starts_at, due.activity_id;
