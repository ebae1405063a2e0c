-- name: list_outside_occupancies(activity_ids, request_id, with_held, starts_at, ends_at)
-- Resources that activities other than the named ones occupy in a stretch, and, if wanted, what is held, but for where the
-- same request stands already, and for one request.
SELECT resource_id, lower(span) AS starts_at, upper(span) AS ends_at FROM booking_resource
WHERE state IN ('tentative', 'confirmed') AND span && tstzrange(:starts_at, :ends_at)
    AND NOT activity_id = ANY(:activity_ids::uuid[])
UNION ALL
SELECT held.resource_id, lower(part), upper(part) FROM (
    SELECT held.resource_id, range_agg(held.span) - coalesce((SELECT range_agg(own.span) FROM booking_resource AS own
        WHERE own.resource_id = held.resource_id AND own.request_id = held.request_id AND own.state IN ('tentative', 'confirmed')),
        '{}') AS spans
    FROM booking_resource AS held WHERE :with_held AND held.state = 'held' AND held.span && tstzrange(:starts_at, :ends_at)
        AND held.request_id IS DISTINCT FROM :request_id::uuid
    GROUP BY held.resource_id, held.request_id
) AS held CROSS JOIN LATERAL unnest(held.spans) AS part;

-- name: list_forbidden(activity_ids)
-- What organisers forbade to some activities.
SELECT activity_id, day, starts_at, room_id FROM forbidden_place WHERE activity_id = ANY(:activity_ids::uuid[]) ORDER BY id;

-- name: insert_forbidden(activity_id, day, starts_at, room_id, set_by, reason)!
-- Forbid a placement to an activity.
INSERT INTO forbidden_place (activity_id, day, starts_at, room_id, set_by, reason)
VALUES (:activity_id, :day, :starts_at, :room_id, :set_by, :reason);

-- name: list_key_group_ids(season_id)
-- Requests with the key-group weight; the label stays inside the weights.
SELECT id FROM request WHERE season_id = :season_id AND key_group;

-- name: season_booking_sequence(season_id)$
-- The number of the last change to a season's bookings; nothing below it is still to come.
SELECT season_booking_sequence(:season_id);

-- name: list_booked_since(season_id, sequence)
-- Activities of which a booking was made, moved or given back after a number of the season's bookings; what was only held
-- for them does not count.
SELECT DISTINCT activity_id FROM booking
WHERE season_id = :season_id AND sequence > :sequence
    AND (state IN ('tentative', 'confirmed') OR state = 'released' AND held_until IS NULL);

-- name: has_newer_facts(since)$
-- Whether a fact that the rules read was changed after a moment.
SELECT EXISTS (SELECT 1 FROM event WHERE occurred_at >= :since AND type IN
    ('season.changed', 'season.policy_changed', 'season.calendar_changed', 'venue.changed', 'closure.added', 'closure.removed'));

-- name: list_obstacles(activity_ids, starts, ends, taking_ids, resource_ids, leaving, now)
-- What other requests occupy where some activities are to be, turnovers included, but for the bookings that leave.
WITH wanted AS (
    SELECT given.activity_id, activity.request_id, activity.kind, given.starts_at, given.ends_at
    FROM unnest(:activity_ids::uuid[], :starts::timestamptz[], :ends::timestamptz[]) AS given (activity_id, starts_at, ends_at)
    JOIN activity ON activity.id = given.activity_id
), takes AS (
    SELECT activity_id, resource_id FROM unnest(:taking_ids::uuid[], :resource_ids::uuid[]) AS named (activity_id, resource_id)
    UNION SELECT activity_id, team_id FROM activity_team WHERE activity_id = ANY(:activity_ids::uuid[])
), claimed AS MATERIALIZED (
    SELECT wanted.activity_id, wanted.request_id, takes.resource_id,
        tstzrange(wanted.starts_at, wanted.ends_at
            + make_interval(mins => coalesce(turnover.minutes, room.turnover_minutes, channel.turnover_minutes, 0))) AS span
    FROM wanted JOIN takes ON takes.activity_id = wanted.activity_id
    LEFT JOIN room ON room.id = takes.resource_id
    LEFT JOIN channel ON channel.id = takes.resource_id
    LEFT JOIN resource_turnover AS turnover ON turnover.resource_id = takes.resource_id AND turnover.kind = wanted.kind
)
SELECT DISTINCT ON (claimed.activity_id, taken.request_id, taken.state = 'held') claimed.activity_id, taken.request_id AS other_request_id,
    CASE WHEN taken.state = 'held' THEN booking.held_until END AS held_until
FROM claimed JOIN booking_resource AS taken ON taken.resource_id = claimed.resource_id AND taken.span && claimed.span
    AND taken.request_id <> claimed.request_id AND taken.state IN ('tentative', 'confirmed', 'held')
JOIN booking ON booking.id = taken.booking_id
WHERE taken.booking_id <> ALL(:leaving::uuid[]) AND (taken.state <> 'held' OR booking.held_until > :now)
ORDER BY claimed.activity_id, taken.request_id, taken.state = 'held', booking.held_until DESC, taken.booking_id;

-- name: list_answered_since(version_id, request_ids)
-- Of some requests those whose other employers answered since a version's solve began to read.
SELECT DISTINCT request_id FROM request_participant
WHERE request_id = ANY(:request_ids::uuid[]) AND answered_at > (
    SELECT coalesce((SELECT started_at FROM solve_run WHERE version_id = version.id ORDER BY started_at LIMIT 1), version.created_at)
    FROM schedule_version AS version WHERE version.id = :version_id)
ORDER BY request_id;

-- name: insert_run(season_id, parameters, asked_by, now)^
-- Ask for a solve.
INSERT INTO solve_run (season_id, parameters, asked_by, asked_at) VALUES (:season_id, :parameters, :asked_by, :now)
RETURNING id, season_id, state, parameters, progress, version_id, error, cancel_asked_at, asked_by, asked_at, started_at, finished_at;

-- name: find_run(run_id)^
-- One run.
SELECT id, season_id, state, parameters, progress, version_id, error, cancel_asked_at, asked_by, asked_at, started_at, finished_at
FROM solve_run WHERE id = :run_id;

-- name: find_latest_run(season_id)^
-- The season's latest run.
SELECT id, season_id, state, parameters, progress, version_id, error, cancel_asked_at, asked_by, asked_at, started_at, finished_at
FROM solve_run WHERE season_id = :season_id ORDER BY asked_at DESC, id DESC LIMIT 1;

-- name: claim_run(run_id, now, dead_after_seconds)^
-- Start a run that waits, or take up one whose worker died.
UPDATE solve_run SET state = 'running', started_at = :now, heartbeat_at = now()
WHERE id = :run_id AND (state = 'queued' OR (state = 'running' AND heartbeat_at < now() - make_interval(secs => :dead_after_seconds)))
RETURNING id, season_id, state, parameters, progress, version_id, error, cancel_asked_at, asked_by, asked_at, started_at, finished_at;

-- name: report_progress(run_id, progress)$
-- Where a run stands; answers whether somebody asked to stop it.
UPDATE solve_run SET progress = :progress, heartbeat_at = now() WHERE id = :run_id AND state = 'running'
RETURNING cancel_asked_at IS NOT NULL;

-- name: ask_cancel(run_id, now)$
-- Stop a run and keep its best.
UPDATE solve_run SET cancel_asked_at = :now WHERE id = :run_id AND state IN ('queued', 'running') RETURNING state;

-- name: finish_run(run_id, state, version_id, error, now)!
-- A run ended.
UPDATE solve_run SET state = :state, version_id = :version_id, error = :error, finished_at = :now WHERE id = :run_id;

-- name: list_dead_runs(dead_after_seconds)
-- Runs whose worker died, or that nobody started.
SELECT id FROM solve_run WHERE (state = 'running' AND heartbeat_at < now() - make_interval(secs => :dead_after_seconds));

-- name: lock_numbering(season_id)$
-- Versions of a season are numbered one at a time; bookings, which refer to the season, go on.
SELECT id FROM season WHERE id = :season_id FOR NO KEY UPDATE;

-- name: lock_season_of(version_id)$
-- Nobody books in the season of a version, nor changes a fact of it, until this transaction ends.
SELECT season_id, pg_advisory_xact_lock(hashtextextended(season_id::text, 8)) FROM schedule_version WHERE id = :version_id;

-- name: insert_version(season_id, based_on_id, based_on_sequence, figures, problem, parameters, engine_version, created_by, now)$
-- A new draft with the next number.
INSERT INTO schedule_version (season_id, number, state, based_on_id, based_on_sequence, figures, problem, parameters, engine_version, created_by, created_at)
SELECT :season_id, 1 + coalesce(max(number), 0), 'draft', :based_on_id, :based_on_sequence, :figures, :problem, :parameters,
    :engine_version, :created_by, :now
FROM schedule_version WHERE season_id = :season_id
RETURNING id;

-- name: insert_placements(version_id, activity_ids, starts, ends, rooms, channels, pins)!
-- The placements of a version; rooms are comma-separated ids.
INSERT INTO version_placement (version_id, activity_id, starts_at, ends_at, room_ids, channel_id, pinned)
SELECT :version_id::uuid, activity_id, starts_at, ends_at,
    CASE WHEN rooms = '' THEN '{}'::uuid[] ELSE string_to_array(rooms, ',')::uuid[] END, channel_id, pinned
FROM unnest(:activity_ids::uuid[], :starts::timestamptz[], :ends::timestamptz[], :rooms::text[], :channels::uuid[], :pins::boolean[])
    AS given (activity_id, starts_at, ends_at, rooms, channel_id, pinned);

-- name: insert_unplaced(version_id, request_id, explanation)!
-- Why a version does not place a request.
INSERT INTO version_unplaced (version_id, request_id, explanation) VALUES (:version_id, :request_id, :explanation)
ON CONFLICT (version_id, request_id) DO UPDATE SET explanation = excluded.explanation;

-- name: delete_unplaced(version_id, request_id)!
-- The version places the request now.
DELETE FROM version_unplaced WHERE version_id = :version_id AND request_id = :request_id;

-- name: find_version(version_id)^
-- One version.
SELECT version.id, version.season_id, version.number, version.state, version.based_on_id, based.number AS based_on_number,
    version.based_on_sequence, version.figures, version.engine_version, version.changelog, version.row_version,
    creator.display_name AS created_by_name, version.created_at, releaser.display_name AS released_by_name, version.released_at
FROM schedule_version AS version
LEFT JOIN schedule_version AS based ON based.id = version.based_on_id
LEFT JOIN account AS creator ON creator.id = version.created_by
LEFT JOIN account AS releaser ON releaser.id = version.released_by
WHERE version.id = :version_id;

-- name: lock_version(version_id)^
-- One version; nobody else changes it until this transaction ends.
SELECT version.id, version.season_id, version.number, version.state, version.based_on_id, based.number AS based_on_number,
    version.based_on_sequence, version.figures, version.engine_version, version.changelog, version.row_version,
    creator.display_name AS created_by_name, version.created_at, releaser.display_name AS released_by_name, version.released_at
FROM schedule_version AS version
LEFT JOIN schedule_version AS based ON based.id = version.based_on_id
LEFT JOIN account AS creator ON creator.id = version.created_by
LEFT JOIN account AS releaser ON releaser.id = version.released_by
WHERE version.id = :version_id FOR UPDATE OF version;

-- name: list_versions(season_id)
-- The versions of a season, the newest first.
SELECT version.id, version.season_id, version.number, version.state, version.based_on_id, based.number AS based_on_number,
    version.based_on_sequence, version.figures, version.engine_version, version.changelog, version.row_version,
    creator.display_name AS created_by_name, version.created_at, releaser.display_name AS released_by_name, version.released_at
FROM schedule_version AS version
LEFT JOIN schedule_version AS based ON based.id = version.based_on_id
LEFT JOIN account AS creator ON creator.id = version.created_by
LEFT JOIN account AS releaser ON releaser.id = version.released_by
WHERE version.season_id = :season_id ORDER BY version.number DESC;

-- name: find_problem(version_id)$
-- The problem that a version was solved from.
SELECT problem FROM schedule_version WHERE id = :version_id;

-- name: find_recipe(version_id)^
-- What a version was solved with.
SELECT parameters, engine_version FROM schedule_version WHERE id = :version_id;

-- name: list_placements(version_id)
-- The placements of a version, by time.
SELECT placement.activity_id, activity.request_id, activity.kind, starts_at, ends_at, room_ids, channel_id, pinned
FROM version_placement AS placement JOIN activity ON activity.id = placement.activity_id
WHERE version_id = :version_id ORDER BY starts_at, activity_id;

-- name: list_promised(season_id)
-- The standing bookings of a season in the form of placements, by time.
-- What is in a venue then is looked up for each venue, not for each booking: a tenth of the time.
WITH standing AS MATERIALIZED (
    SELECT booking.id, booking.activity_id, booking.starts_at, booking.ends_at, booking.state
    FROM booking WHERE booking.season_id = :season_id AND booking.state IN ('tentative', 'confirmed')
), stretch AS MATERIALIZED (
    SELECT tstzrange(min(starts_at), max(ends_at)) AS span FROM standing
), venue AS (
    SELECT id, code, true AS is_room FROM room UNION ALL SELECT id, code, false FROM channel
), placed AS (
    SELECT taken.booking_id, array_agg(venue.id ORDER BY venue.code) FILTER (WHERE venue.is_room) AS room_ids,
        (array_agg(venue.id) FILTER (WHERE NOT venue.is_room))[1] AS channel_id
    FROM stretch CROSS JOIN venue
    JOIN booking_resource AS taken ON taken.resource_id = venue.id AND taken.state IN ('tentative', 'confirmed') AND taken.span && stretch.span
    GROUP BY taken.booking_id
)
SELECT standing.activity_id, activity.request_id, activity.kind, standing.starts_at, standing.ends_at,
    coalesce(placed.room_ids, '{}') AS room_ids, placed.channel_id, false AS pinned, standing.state
FROM standing JOIN activity ON activity.id = standing.activity_id
LEFT JOIN placed ON placed.booking_id = standing.id
ORDER BY standing.starts_at, standing.id;

-- name: list_placed_requests(season_id, version_id)
-- What lists of placements say of the requests that have standing bookings or a place in a version.
SELECT request.id, request.reference, request.title, owner.name_zh AS owner_name_zh, owner.name_en AS owner_name_en
FROM request JOIN request_owner AS owner ON owner.request_id = request.id
WHERE request.id IN (
    SELECT activity.request_id FROM booking JOIN activity ON activity.id = booking.activity_id
    WHERE booking.season_id = :season_id AND booking.state IN ('tentative', 'confirmed')
    UNION ALL
    SELECT activity.request_id FROM version_placement AS placement JOIN activity ON activity.id = placement.activity_id
    WHERE placement.version_id = :version_id);

-- name: list_requests_of_ids(request_ids)
-- The same of some requests.
SELECT request.id, request.reference, request.title, owner.name_zh AS owner_name_zh, owner.name_en AS owner_name_en
FROM request JOIN request_owner AS owner ON owner.request_id = request.id WHERE request.id = ANY(:request_ids::uuid[]);

-- name: list_unplaced(version_id)
-- The requests that a version does not place, why, and in which state they are now.
SELECT unplaced.request_id, request.reference, request.title, request.state, unplaced.explanation,
    owner.name_zh AS owner_name_zh, owner.name_en AS owner_name_en
FROM version_unplaced AS unplaced JOIN request ON request.id = unplaced.request_id
JOIN request_owner AS owner ON owner.request_id = request.id
WHERE version_id = :version_id ORDER BY request.reference;

-- name: upsert_placement(version_id, activity_id, starts_at, ends_at, room_ids, channel_id, pinned)!
-- One placement of a draft, by hand.
INSERT INTO version_placement (version_id, activity_id, starts_at, ends_at, room_ids, channel_id, pinned)
VALUES (:version_id, :activity_id, :starts_at, :ends_at, :room_ids, :channel_id, :pinned)
ON CONFLICT (version_id, activity_id) DO UPDATE SET starts_at = excluded.starts_at, ends_at = excluded.ends_at,
    room_ids = excluded.room_ids, channel_id = excluded.channel_id, pinned = excluded.pinned;

-- name: delete_placements_of_request(version_id, request_id)!
-- Delete a request's placements from a draft.
DELETE FROM version_placement USING activity
WHERE version_id = :version_id AND activity.id = version_placement.activity_id AND activity.request_id = :request_id;

-- name: update_figures(version_id, figures)!
-- A hand correction changed what a draft is worth; what would help it has to be asked anew.
WITH forgotten AS (DELETE FROM version_additions WHERE version_id = :version_id)
UPDATE schedule_version SET figures = :figures, row_version = row_version + 1 WHERE id = :version_id;

-- name: update_problem(version_id, problem)!
-- A wish was agreed by hand: the draft's problem knows it too.
UPDATE schedule_version SET problem = :problem WHERE id = :version_id;

-- name: find_released(season_id)$
-- The released version of a season.
SELECT id FROM schedule_version WHERE season_id = :season_id AND state = 'released';

-- name: supersede_released(season_id)!
-- What was released gives way.
UPDATE schedule_version SET state = 'superseded', row_version = row_version + 1 WHERE season_id = :season_id AND state = 'released';

-- name: mark_released(version_id, changelog, released_by, now)^
-- A draft becomes the schedule.
WITH version AS (
    UPDATE schedule_version SET state = 'released', changelog = :changelog, released_by = :released_by, released_at = :now,
        row_version = row_version + 1 WHERE id = :version_id RETURNING *
)
SELECT version.id, version.season_id, version.number, version.state, version.based_on_id, based.number AS based_on_number,
    version.based_on_sequence, version.figures, version.engine_version, version.changelog, version.row_version,
    creator.display_name AS created_by_name, version.created_at, releaser.display_name AS released_by_name, version.released_at
FROM version
LEFT JOIN schedule_version AS based ON based.id = version.based_on_id
LEFT JOIN account AS creator ON creator.id = version.created_by
LEFT JOIN account AS releaser ON releaser.id = version.released_by;

-- name: mark_discarded(version_id)!
-- A draft is put away.
UPDATE schedule_version SET state = 'discarded', row_version = row_version + 1 WHERE id = :version_id;

-- name: list_pins(season_id)
-- What the organiser pinned in the season's newest draft.
SELECT placement.activity_id, activity.request_id, activity.kind, starts_at, ends_at, room_ids, channel_id, pinned
FROM version_placement AS placement JOIN activity ON activity.id = placement.activity_id
WHERE pinned AND version_id = (SELECT id FROM schedule_version WHERE season_id = :season_id AND state = 'draft' ORDER BY number DESC LIMIT 1);

-- name: insert_additions(version_id, asked_by, now)^
-- Ask what more would help a version most; nothing where that is being worked out already.
INSERT INTO version_additions (version_id, state, asked_by, asked_at) VALUES (:version_id, 'queued', :asked_by, :now)
ON CONFLICT (version_id) DO UPDATE SET state = 'queued', found = '[]', error = '', asked_by = excluded.asked_by,
    asked_at = excluded.asked_at, finished_at = NULL
WHERE version_additions.state IN ('finished', 'failed')
RETURNING version_id, state, found, error, asked_at, finished_at;

-- name: find_additions(version_id)^
-- What more would help a version most.
SELECT version_id, state, found, error, asked_at, finished_at FROM version_additions WHERE version_id = :version_id;

-- name: claim_additions(version_id)^
-- Work it out; again, if a worker died over it.
UPDATE version_additions SET state = 'running' WHERE version_id = :version_id AND state IN ('queued', 'running')
RETURNING version_id, state, found, error, asked_at, finished_at;

-- name: finish_additions(version_id, asked_at, state, found, error, now)!
-- It was worked out, unless the draft was corrected or it was asked anew meanwhile.
UPDATE version_additions SET state = :state, found = :found, error = :error, finished_at = :now
WHERE version_id = :version_id AND asked_at = :asked_at AND state = 'running';

-- name: list_excused(season_id)
-- What bookings of a season may break: by cases that are open (also of what was booked in their place), those that were
-- agreed to, and closures all of which somebody made an exception of for them.
SELECT coalesce(instead.id, booking_case.booking_id) AS booking_id, booking_case.breaks FROM booking_case
JOIN booking ON booking.id = booking_case.booking_id
LEFT JOIN booking AS instead ON booking_case.state = 'open' AND booking.state = 'released' AND instead.activity_id = booking.activity_id
    AND instead.starts_at = booking.starts_at AND instead.state IN ('tentative', 'confirmed')
WHERE booking_case.season_id = :season_id AND booking_case.state IN ('open', 'kept')
UNION ALL
SELECT booking.id, jsonb_agg(DISTINCT jsonb_build_object('rule', resource.kind || '_blocked', 'resource', resource.id))
FROM closure_exemption AS exemption
JOIN closure ON closure.id = exemption.closure_id
JOIN booking_resource AS taken ON taken.resource_id = closure.resource_id AND taken.activity_id = exemption.activity_id
    AND taken.state IN ('tentative', 'confirmed') AND taken.span && closure.span
JOIN booking ON booking.id = taken.booking_id AND booking.season_id = :season_id
JOIN resource ON resource.id = taken.resource_id
WHERE NOT EXISTS (SELECT 1 FROM closure AS other WHERE other.resource_id = taken.resource_id AND other.span && taken.span
    AND NOT EXISTS (SELECT 1 FROM closure_exemption AS known WHERE known.closure_id = other.id AND known.activity_id = taken.activity_id))
GROUP BY booking.id;
