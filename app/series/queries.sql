-- name: insert_series(season_id, now)$
-- A new series.
INSERT INTO series (season_id, created_at) VALUES (:season_id, :now) RETURNING id;

-- name: add_request(series_id, request_id, day)!
-- A request is the one of a day.
UPDATE request SET series_id = :series_id, series_day = :day WHERE id = :request_id;

-- name: drop_days(series_id, days, reasons, bounds)!
-- Days that drop out, each with its reason; asked for again, the newer reason counts.
INSERT INTO series_drop (series_id, day, reason, bound)
SELECT :series_id::uuid, * FROM unnest(:days::date[], :reasons::text[], :bounds::date[])
ON CONFLICT ON CONSTRAINT series_drop_pkey DO UPDATE SET reason = excluded.reason, bound = excluded.bound;

-- name: take_days_in(series_id, days)!
-- Days that had dropped out and are asked for now.
DELETE FROM series_drop WHERE series_id = :series_id AND day = ANY(:days::date[]);

-- name: raise_version(series_id)!
-- Whoever looked at the series before looked at something else.
UPDATE series SET row_version = row_version + 1 WHERE id = :series_id;

-- name: lock_series(series_id)!
-- Nobody else changes this series, nor a fact of its season, until this transaction ends: season first, then row.
WITH season AS MATERIALIZED (
    SELECT pg_advisory_xact_lock_shared(hashtextextended(season_id::text, 8)) FROM series WHERE id = :series_id
)
SELECT id FROM series WHERE id = :series_id AND EXISTS (SELECT 1 FROM season) FOR UPDATE;

-- name: find_series(series_id)^
-- A series with its requests; each change of one of them raises its version.
SELECT series.id, series.season_id, series.row_version + sum(request.row_version) AS row_version,
    array_agg(request.id ORDER BY request.series_day, request.id) AS request_ids
FROM series JOIN request ON request.series_id = series.id WHERE series.id = :series_id GROUP BY series.id;

-- name: list_dropped(series_id)
-- Days that dropped out.
SELECT day, reason, bound FROM series_drop WHERE series_id = :series_id ORDER BY day;

-- name: count_dates(series_ids, states)
-- How many requests of some series are in some states.
SELECT series_id, count(*) AS dates FROM request WHERE series_id = ANY(:series_ids::uuid[])
    AND (:states::text[] IS NULL OR state = ANY(:states)) GROUP BY series_id;

-- name: count_decisions(season_id)
-- How many decisions are in each state: one for a series, however many of its dates there are.
SELECT state, series_id, count(*) AS requests FROM request WHERE season_id = :season_id GROUP BY state, series_id;

-- name: list_ending(today, batch)
-- Series that run, of which a decided date is the last and near enough for any season's rule; the owner was not told of it.
SELECT request.series_id, max(request.series_day) AS last_day, min(request.series_day) AS first_day
FROM request JOIN series ON series.id = request.series_id
WHERE request.state IN ('approved', 'waitlisted', 'scheduled', 'took_place', 'no_show')
GROUP BY request.series_id, series.end_told
HAVING min(request.series_day) <= :today AND max(request.series_day) >= :today
    AND max(request.series_day) > coalesce(series.end_told, '-infinity')
ORDER BY last_day LIMIT :batch;

-- name: mark_end_told(series_id, last_day)!
-- The owner was told that the series ends.
UPDATE series SET end_told = :last_day WHERE id = :series_id;

-- name: look_at_days(starts, days, weekdays, from_times, until_times, duration_minutes, kind, capacity, booths, features, campus_ids, asked_for, employer_id, department_id, rooms_needed, needs_channel, season_id, zone, longest_minutes, counted_kinds, per_day)
-- Whether an activity of an owner could be on each of some days, at one of its starts, and if not, the first rule that leaves
-- none: limits, people, rooms there are, hours, closures, bookings, channels. What is taken is gathered once for each resource.
WITH wanted AS (
    SELECT starts_at, starts_at + make_interval(mins => :duration_minutes) AS ends_at, day, weekday, from_time, until_time
    FROM unnest(:starts::timestamptz[], :days::date[], :weekdays::integer[], :from_times::time[], :until_times::time[])
        AS listed (starts_at, day, weekday, from_time, until_time)
), stretch AS MATERIALIZED (
    SELECT tstzrange(min(starts_at), max(ends_at) + interval '1 day') AS span FROM wanted
), own AS MATERIALIZED (
    SELECT team_id FROM employer WHERE id = :employer_id UNION ALL SELECT team_id FROM department WHERE id = :department_id
), counted AS MATERIALIZED (
    SELECT (booking.starts_at AT TIME ZONE :zone)::date AS day, count(*) AS activities
    FROM request JOIN activity ON activity.request_id = request.id AND activity.kind = ANY(:counted_kinds::text[])
    JOIN booking ON booking.activity_id = activity.id AND booking.state IN ('tentative', 'confirmed')
    WHERE request.season_id = :season_id AND (request.employer_id = :employer_id OR request.department_id = :department_id)
    GROUP BY 1
), people AS MATERIALIZED (
    SELECT range_agg(span) AS spans FROM booking_resource
    WHERE resource_id IN (SELECT team_id FROM own) AND state IN ('tentative', 'confirmed', 'held')
), fitting AS MATERIALIZED (
    SELECT room.id, room.campus_id, make_interval(mins => coalesce(turnover.minutes, room.turnover_minutes)) AS turnover,
        EXISTS (SELECT 1 FROM opening_hours AS hours WHERE hours.resource_id = room.id) AS has_hours
    FROM room LEFT JOIN resource_turnover AS turnover ON turnover.resource_id = room.id AND turnover.kind = :kind
    WHERE :rooms_needed > 0 AND room.capacity >= :capacity AND room.booths >= :booths AND room.features @> :features::text[]
        AND (cardinality(:campus_ids::uuid[]) = 0 OR room.campus_id = ANY(:campus_ids::uuid[]))
        AND room_is_open(room, :asked_for::uuid[], :department_id::uuid)
        AND :duration_minutes <= coalesce(room.max_minutes, :longest_minutes)
), venue AS (
    SELECT id FROM fitting UNION ALL SELECT id FROM channel WHERE :needs_channel
), taken AS MATERIALIZED (
    SELECT venue.id,
        (SELECT range_agg(closure.span) FROM closure WHERE closure.resource_id = venue.id AND closure.span && stretch.span) AS closed,
        (SELECT range_agg(span) FROM booking_resource WHERE resource_id = venue.id AND span && stretch.span
            AND state IN ('tentative', 'confirmed', 'held')) AS booked
    FROM venue CROSS JOIN stretch
), there AS (
    SELECT wanted.day, wanted.starts_at, wanted.ends_at, fitting.campus_id,
        people.spans IS NULL OR NOT people.spans && tstzrange(wanted.starts_at, wanted.ends_at) AS has_people,
        count(fitting.id) AS rooms,
        count(*) FILTER (WHERE room.is_open) AS open,
        count(*) FILTER (WHERE room.is_open AND NOT room.is_closed) AS unclosed,
        count(*) FILTER (WHERE room.is_open AND NOT room.is_closed AND NOT room.is_booked) AS free
    FROM wanted CROSS JOIN people LEFT JOIN fitting ON true LEFT JOIN taken ON taken.id = fitting.id
    CROSS JOIN LATERAL (SELECT
        fitting.id IS NOT NULL AND (NOT fitting.has_hours OR EXISTS (SELECT 1 FROM opening_hours AS hours
            WHERE hours.resource_id = fitting.id AND hours.weekday = wanted.weekday AND hours.opens <= wanted.from_time
                AND hours_end(hours.closes) >= hours_end(wanted.until_time))) AS is_open,
        coalesce(taken.closed && tstzrange(wanted.starts_at, wanted.ends_at + fitting.turnover), false) AS is_closed,
        coalesce(taken.booked && tstzrange(wanted.starts_at, wanted.ends_at + fitting.turnover), false) AS is_booked) AS room
    GROUP BY wanted.day, wanted.starts_at, wanted.ends_at, fitting.campus_id, has_people
), seen AS (
    SELECT there.*, NOT :needs_channel OR EXISTS (
        SELECT 1 FROM channel JOIN taken ON taken.id = channel.id
        LEFT JOIN resource_turnover AS turnover ON turnover.resource_id = channel.id AND turnover.kind = :kind
        WHERE NOT coalesce((coalesce(taken.closed, '{}') + coalesce(taken.booked, '{}')) && tstzrange(there.starts_at, there.ends_at
            + make_interval(mins => coalesce(turnover.minutes, channel.turnover_minutes))), false)) AS has_channel
    FROM there
)
SELECT seen.day, CASE
    WHEN coalesce(max(counted.activities), 0) >= :per_day THEN 'limit'
    WHEN NOT bool_or(has_people) THEN 'people'
    WHEN NOT bool_or(has_people AND rooms >= :rooms_needed) THEN 'no_room'
    WHEN NOT bool_or(has_people AND open >= :rooms_needed) THEN 'not_open'
    WHEN NOT bool_or(has_people AND unclosed >= :rooms_needed) THEN 'closed'
    WHEN NOT bool_or(has_people AND free >= :rooms_needed) THEN 'booked'
    WHEN NOT bool_or(has_people AND free >= :rooms_needed AND has_channel) THEN 'channel'
    END AS reason
FROM seen LEFT JOIN counted ON counted.day = seen.day GROUP BY seen.day ORDER BY seen.day;
