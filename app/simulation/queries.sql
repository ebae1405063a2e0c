-- name: count_undone(types, jobs)$
-- What is still to be done: events without their jobs, jobs without their receipts, messages, solves.
SELECT (SELECT count(*) FROM event WHERE relayed_at IS NULL)
    + (SELECT count(*) FROM event
        JOIN unnest(:types::text[], :jobs::text[]) AS wanted (type, job) ON wanted.type = event.type
        LEFT JOIN event_receipt AS receipt ON receipt.event_id = event.id AND receipt.job = wanted.job
        WHERE receipt.event_id IS NULL)
    + (SELECT count(*) FROM delivery WHERE state = 'due')
    + (SELECT count(*) FROM waitlist_walk WHERE asked > done)
    + (SELECT count(*) FROM solve_run WHERE state IN ('queued', 'running'));

-- name: count_season(season_id)^
-- What happened, by the rows that it left; what was late, and which facts changed, counts from the first release on.
WITH happened AS MATERIALIZED (
    SELECT id, type, occurred_at, coalesce((payload ->> 'request_id')::uuid, subject_id) AS request_id
    FROM event WHERE season_id = :season_id OR season_id IS NULL
), first AS (
    SELECT min(occurred_at) AS released_at FROM happened WHERE type = 'version.released'
)
SELECT (SELECT count(*) FROM request WHERE season_id = :season_id AND state <> 'draft' AND series_id IS NULL) AS requests,
    (SELECT count(DISTINCT series_id) FROM request WHERE season_id = :season_id) AS series,
    (SELECT count(*) FROM request WHERE season_id = :season_id AND series_id IS NOT NULL) AS series_dates,
    (SELECT count(*) FROM series_drop JOIN series ON series.id = series_id WHERE season_id = :season_id) AS series_days_dropped,
    (SELECT count(*) FROM happened WHERE type = 'series.changed') AS series_changes,
    (SELECT count(*) FROM amendment JOIN request ON request.id = request_id WHERE season_id = :season_id) AS amendments,
    (SELECT count(*) FROM happened WHERE type = 'request.cancelled') AS cancellations,
    (SELECT count(*) FROM happened WHERE type = 'request.no_show') AS no_shows,
    (SELECT count(*) FROM happened, first WHERE type = 'closure.added' AND occurred_at > released_at) AS closures,
    (SELECT count(*) FROM happened, first WHERE occurred_at > released_at AND type IN ('season.changed',
        'season.policy_changed', 'season.calendar_changed', 'venue.changed', 'closure.added', 'closure.removed')) AS facts_changed,
    (SELECT count(*) FROM request, first WHERE season_id = :season_id AND submitted_at > released_at) AS late_requests,
    (SELECT count(*) FROM offer JOIN request ON request.id = request_id WHERE season_id = :season_id) AS offers_made,
    (SELECT count(*) FROM offer JOIN request ON request.id = request_id WHERE season_id = :season_id
        AND offer.state = 'accepted') AS offers_accepted,
    (SELECT count(*) FROM happened WHERE type = 'request.handed_over') AS handed_over,
    (SELECT count(*) FROM (SELECT request_id, min(id) AS id FROM happened WHERE type = 'request.waitlisted' GROUP BY 1) AS waited
        WHERE EXISTS (SELECT FROM happened AS later WHERE later.request_id = waited.request_id AND later.id > waited.id
            AND later.type IN ('booking.confirmed', 'booking.tentative'))) AS waitlist_promotions,
    (SELECT count(*) FROM booking_case WHERE season_id = :season_id AND ended_at IS DISTINCT FROM opened_at) AS cases_opened,
    (SELECT count(*) FROM booking_case WHERE season_id = :season_id AND state = 'open') AS cases_open;

-- name: count_clashes(season_id)$
-- Standing bookings of different activities that share a room, channel or team at a time.
SELECT count(*) FROM booking_resource AS one
JOIN booking_resource AS other ON other.resource_id = one.resource_id AND other.activity_id > one.activity_id
    AND other.span && one.span
JOIN booking ON booking.id = one.booking_id
WHERE booking.season_id = :season_id AND one.state IN ('tentative', 'confirmed') AND other.state IN ('tentative', 'confirmed');

-- name: list_befallen(season_id, activity_ids)
-- What befell some activities, and which facts changed, the last first: how a rule came to be broken.
SELECT type, occurred_at, reason, payload FROM event
WHERE season_id = :season_id AND payload ->> 'activity_id' = ANY(:activity_ids::text[])
    OR type IN ('season.changed', 'season.policy_changed', 'season.calendar_changed', 'venue.changed', 'closure.added')
ORDER BY id DESC LIMIT 12;

-- name: list_due_messages(season_id)
-- Who had to be told of which event: those who were the requests' contacts then, of strikes the employers' people, of what is overdue the centre's.
SELECT event.id AS event_id, lower(coalesce((SELECT handover.from_email FROM event AS handed
    JOIN handover ON handover.id = (handed.payload ->> 'handover_id')::uuid
    WHERE handed.type = 'request.handed_over' AND handed.subject_id = request.id AND handed.id > event.id ORDER BY handed.id LIMIT 1),
    request.contact_email)) AS recipient,
    request.id AS request_id
FROM event
JOIN request ON request.id = CASE WHEN event.type LIKE 'series.%' THEN (event.payload #>> '{request_ids,0}')::uuid
    ELSE coalesce((event.payload ->> 'request_id')::uuid, event.subject_id) END
WHERE event.season_id = :season_id AND (event.type IN ('series.awaits_places', 'series.returned', 'series.refused', 'series.ends_soon',
    'request.awaits_place', 'request.refused', 'request.returned',
    'request.left_unplaced', 'request.stopped', 'request.objected', 'request.waitlisted', 'offers.made', 'offers.withdrawn', 'offers.broken', 'offers.expired', 'placements.reminded',
    'amendment.impossible', 'amendment.refused', 'amendment.expired', 'booking.confirmed', 'booking.tentative', 'booking.moved', 'booking.released',
    'booking.lapsed', 'booking.reminded', 'request.lapses_soon', 'request.lapsed', 'case.opened', 'safety.due_soon', 'safety.withheld')
    OR event.type = 'amendment.accepted' AND (event.payload ->> 'decided')::boolean
    OR event.type = 'series.cancelled' AND (event.payload ->> 'by_centre')::boolean)
    -- A decision of a whole series is told with that.
    AND NOT (event.type IN ('request.refused', 'request.returned') AND event.payload ->> 'series_id' IS NOT NULL)
UNION ALL
SELECT event.id, lower(account.email), (event.payload ->> 'request_id')::uuid
FROM event JOIN account ON account.employer_id = event.subject_id AND account.disabled_at IS NULL
WHERE event.season_id = :season_id AND event.type IN ('strike.noted', 'strike.appeal_decided')
UNION ALL
SELECT event.id, lower(account.email), (event.payload #>> '{request_ids,0}')::uuid
FROM event JOIN account ON account.role = 'organiser' AND account.disabled_at IS NULL
WHERE event.season_id = :season_id AND event.type = 'decisions.overdue' AND event.payload #>> '{request_ids,0}' IS NOT NULL
UNION ALL
SELECT event.id, lower(handover.from_email), (event.payload ->> 'request_id')::uuid
FROM event JOIN handover ON handover.id = (event.payload ->> 'handover_id')::uuid
WHERE event.season_id = :season_id AND event.type = 'booking.handed_on'
UNION ALL
SELECT event.id, lower(account.email), (event.payload ->> 'request_id')::uuid
FROM event JOIN handover ON handover.id = (event.payload ->> 'handover_id')::uuid JOIN account ON account.id = handover.to_account_id
WHERE event.season_id = :season_id AND event.type = 'booking.taken_over';

-- name: count_untold_approvals(season_id, now)$
-- Approvals after which their owners heard nothing for twelve days, longer than three working days ever take: neither a
-- place nor another answer nor that they wait for one.
WITH happened AS MATERIALIZED (
    SELECT id, type, occurred_at, payload, coalesce((payload ->> 'request_id')::uuid, subject_id) AS request_id FROM event WHERE season_id = :season_id
)
SELECT count(*) FROM happened AS approved
WHERE type = 'request.approved' AND occurred_at < :now::timestamptz - interval '12 days' AND NOT EXISTS (SELECT FROM happened AS later
    WHERE later.id > approved.id AND later.occurred_at <= approved.occurred_at + interval '12 days'
        AND (later.request_id = approved.request_id OR later.payload -> 'request_ids' ? approved.request_id::text)
        AND (later.type LIKE 'booking.%' OR later.type IN ('request.awaits_place', 'series.awaits_places', 'request.left_unplaced', 'offers.made',
            'request.refused', 'request.returned', 'request.waitlisted', 'request.withdrawn', 'request.cancelled', 'request.stopped')));

-- name: list_messages(season_id)
-- What each Message-ID is about: the event, and the activities, the request or the requests of a series that it tells of. That
-- a series ends is about none of its dates.
SELECT message_id, event_id, CASE WHEN event.type = 'series.ends_soon' THEN '{}' WHEN event.type LIKE 'series.%'
        THEN (SELECT array_agg(value::uuid) FROM jsonb_array_elements_text(event.payload -> 'request_ids'))
        ELSE array_remove(ARRAY[coalesce(activity.request_id, request.id)], NULL) END AS request_ids,
    array_remove(ARRAY[delivery.activity_id], NULL)
        || ARRAY(SELECT value::uuid FROM jsonb_array_elements_text(event.payload -> 'also')) AS activity_ids
FROM delivery JOIN event ON event.id = event_id
LEFT JOIN activity ON activity.id = delivery.activity_id
LEFT JOIN request ON request.id = event.subject_id
WHERE event.season_id = :season_id;

-- name: list_placed(season_id)
-- Requests of which some place was told at some time.
SELECT DISTINCT (payload ->> 'request_id')::uuid AS request_id FROM event
WHERE season_id = :season_id AND type IN ('booking.confirmed', 'booking.tentative');

-- name: list_unchanged(season_id)
-- Activities whose place was told and never changed, of requests that were answered once: neither left out, refused or
-- waitlisted before, nor offered something else, nor changed, given up or handed over.
WITH happened AS MATERIALIZED (
    SELECT type, coalesce((payload ->> 'request_id')::uuid, subject_id) AS request_id, (payload ->> 'activity_id')::uuid AS activity_id
    FROM event WHERE season_id = :season_id
), changed AS (
    SELECT request_id FROM happened WHERE type IN ('request.returned', 'request.refused', 'request.waitlisted', 'request.left_unplaced',
        'request.withdrawn', 'request.cancelled', 'request.stopped', 'request.objected', 'request.no_show', 'request.handed_over',
        'offers.made', 'amendment.proposed', 'placements.declined', 'swap.proposed')
), moved AS (
    SELECT activity_id FROM happened
    WHERE activity_id IS NOT NULL AND type IN ('booking.moved', 'booking.released', 'booking.lapsed', 'booking.left', 'case.opened')
)
SELECT DISTINCT activity_id, request_id FROM happened
WHERE type IN ('booking.confirmed', 'booking.tentative')
    AND request_id NOT IN (SELECT request_id FROM changed) AND activity_id NOT IN (SELECT activity_id FROM moved);

-- name: list_standing(season_id)
-- What is promised, and to whom; what has begun, to whoever was the contact when it did.
SELECT activity.id AS activity_id, lower(coalesce((SELECT handover.from_email FROM event AS handed
    JOIN handover ON handover.id = (handed.payload ->> 'handover_id')::uuid
    WHERE handed.type = 'request.handed_over' AND handed.subject_id = request.id AND handed.occurred_at >= standing.starts_at
    ORDER BY handed.id LIMIT 1), request.contact_email)) AS recipient, standing.state, standing.starts_at
FROM activity JOIN request ON request.id = request_id
LEFT JOIN booking AS standing ON standing.activity_id = activity.id AND standing.state IN ('tentative', 'confirmed')
WHERE request.season_id = :season_id;

-- name: list_cases(season_id)
-- Cases with the time in which each was somebody's to settle, and whom it concerns. What somebody agreed to as they booked
-- it is kept beside them, and was never open.
SELECT booking_case.id, booking.activity_id, lower(coalesce((SELECT handover.from_email FROM event AS handed
    JOIN handover ON handover.id = (handed.payload ->> 'handover_id')::uuid
    WHERE handed.type = 'request.handed_over' AND handed.subject_id = request.id AND handed.occurred_at > opened_at ORDER BY handed.id LIMIT 1),
    request.contact_email)) AS recipient,
    opened_at, ended_at
FROM booking_case JOIN booking ON booking.id = booking_id
JOIN activity ON activity.id = booking.activity_id JOIN request ON request.id = activity.request_id
WHERE booking_case.season_id = :season_id AND ended_at IS DISTINCT FROM opened_at;

-- name: list_story(season_id)
-- What befell bookings, and what of it was agreed to, in its order; what was committed together has one `recorded_at`.
SELECT event.id, event.type, event.recorded_at, event.occurred_at, coalesce((payload ->> 'request_id')::uuid, subject_id) AS request_id,
    (payload ->> 'activity_id')::uuid AS activity_id, coalesce(account.role, '') AS role
FROM event LEFT JOIN account ON account.id = actor_id
WHERE season_id = :season_id AND (type LIKE 'booking.%' OR type IN ('offer.accepted', 'amendment.accepted', 'request.agreed',
    'version.released'))
ORDER BY event.id;

-- name: count_unexplained(season_id)$
-- Refusals without a reason, and requests that a release left out without one.
SELECT (SELECT count(*) FROM request WHERE season_id = :season_id AND state = 'refused' AND state_reason = '')
    + (SELECT count(*) FROM version_unplaced AS unplaced JOIN schedule_version AS version ON version.id = version_id
        WHERE version.season_id = :season_id AND version.state IN ('released', 'superseded')
            AND coalesce(jsonb_array_length(unplaced.explanation -> 'blocking'), 0) = 0);

-- name: list_left_out(version_id)
-- The requests that a release left out and was not able to show a place; all that they were offered since the draft.
SELECT request.id AS request_id
FROM version_unplaced AS unplaced
JOIN schedule_version AS version ON version.id = version_id
JOIN request ON request.id = unplaced.request_id
WHERE version_id = :version_id AND request.state = 'approved'
    AND coalesce(jsonb_array_length(unplaced.explanation -> 'offers'), 0) = 0
    AND NOT EXISTS (SELECT FROM offer WHERE offer.request_id = request.id AND (offer.state = 'open' OR made_at >= version.created_at));
