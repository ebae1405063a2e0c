-- name: list_halls(fair_id)
-- The halls of a fair, by room code.
SELECT hall.*, room.name_zh, room.name_en FROM fair_hall AS hall JOIN room ON room.id = hall.room_id
WHERE hall.fair_id = :fair_id ORDER BY room.code;

-- name: list_rooms_of(fair_id)
-- The rooms of a fair: where it is booked, else those that it asks for; with their plans.
WITH asked AS (
    SELECT taken.resource_id AS room_id FROM booking JOIN booking_resource AS taken ON taken.booking_id = booking.id
    WHERE booking.activity_id = :fair_id AND booking.state IN ('tentative', 'confirmed')
    UNION
    SELECT unnest(activity.asked_room_ids) FROM activity WHERE activity.id = :fair_id AND NOT EXISTS (SELECT FROM booking
        WHERE booking.activity_id = activity.id AND booking.state IN ('tentative', 'confirmed'))
)
SELECT room.id, room.name_zh, room.name_en, plan.rows, plan.names, plan.cell_cm, plan.naming
FROM asked JOIN room ON room.id = asked.room_id LEFT JOIN hall_plan AS plan ON plan.venue_id = room.id
ORDER BY room.code;

-- name: upsert_hall(fair_id, room_id, rows, names, cell_cm, naming)$
-- Keep a fair's copy of a plan.
INSERT INTO fair_hall (fair_id, room_id, rows, names, cell_cm, naming) VALUES (:fair_id, :room_id, :rows, :names, :cell_cm, :naming)
ON CONFLICT (fair_id, room_id) DO UPDATE SET rows = excluded.rows, names = excluded.names, cell_cm = excluded.cell_cm,
    naming = excluded.naming, row_version = fair_hall.row_version + 1
RETURNING id;

-- name: copy_halls(fair_id, from_id, room_ids)!
-- The halls of another fair that are this one's rooms too, as they were drawn there.
INSERT INTO fair_hall (fair_id, room_id, rows, names, cell_cm, naming, sectors)
SELECT :fair_id, room_id, rows, names, cell_cm, naming, sectors FROM fair_hall
WHERE fair_id = :from_id AND room_id = ANY(:room_ids::uuid[]) ON CONFLICT DO NOTHING;

-- name: update_sectors(hall_id, sectors)!
-- Say which industries stand in a hall.
UPDATE fair_hall SET sectors = :sectors, row_version = row_version + 1 WHERE id = :hall_id;

-- name: delete_hall(hall_id)!
-- A fair without this hall.
DELETE FROM fair_hall WHERE id = :hall_id;

-- name: clear_booths(hall_id, but)!
-- Nobody stands in booths that a hall has no more.
UPDATE exhibitor SET hall_id = NULL, booth = NULL, pinned = false, row_version = row_version + 1
WHERE hall_id = :hall_id AND NOT booth = ANY(:but::text[]);

-- name: count_lost(hall_id, but)$
-- How many stand in booths that a hall would have no more.
SELECT count(*) FROM exhibitor WHERE hall_id = :hall_id AND NOT booth = ANY(:but::text[]);

-- name: update_capacity(fair_id)!
-- A fair has as many booths as its halls; without any as many as were said.
UPDATE fair SET booths = halls.booths, row_version = row_version + 1
FROM (SELECT sum(cardinality(names)) AS booths FROM fair_hall WHERE fair_id = :fair_id) AS halls
WHERE activity_id = :fair_id AND halls.booths IS NOT NULL AND fair.booths <> halls.booths;

-- name: place(exhibitor_ids, hall_ids, booths, pinned)!
-- Where exhibitors stand from now on; those that are left out stay where they are.
UPDATE exhibitor SET hall_id = wanted.hall_id, booth = wanted.booth, pinned = wanted.pinned, row_version = row_version + 1
FROM unnest(:exhibitor_ids::uuid[], :hall_ids::uuid[], :booths::text[], :pinned::boolean[]) AS wanted (id, hall_id, booth, pinned)
WHERE exhibitor.id = wanted.id AND (exhibitor.hall_id, exhibitor.booth, exhibitor.pinned) IS DISTINCT FROM (wanted.hall_id, wanted.booth, wanted.pinned);

-- name: unplace(exhibitor_ids)!
-- Some stand nowhere.
UPDATE exhibitor SET hall_id = NULL, booth = NULL, pinned = false, row_version = row_version + 1
WHERE id = ANY(:exhibitor_ids::uuid[]) AND booth IS NOT NULL;

-- name: arrange(exhibitor_id, crowd, apart_from)!
-- What assignments heed of an exhibitor.
UPDATE exhibitor SET crowd = :crowd, apart_from = :apart_from, row_version = row_version + 1 WHERE id = :exhibitor_id;

-- name: insert_run(fair_id, moves, seconds, asked_by, now)$
-- Have booths assigned.
INSERT INTO booth_run (fair_id, state, moves, seconds, asked_by, asked_at)
VALUES (:fair_id, 'queued', :moves, :seconds, :asked_by, :now) RETURNING id;

-- name: drop_finished(fair_id)!
-- An assignment that somebody looked at is over once another is asked for.
UPDATE booth_run SET state = 'dropped' WHERE fair_id = :fair_id AND state = 'finished';

-- name: find_run(run_id)^
-- One assignment.
SELECT * FROM booth_run WHERE id = :run_id;

-- name: find_latest_run(fair_id)^
-- The latest assignment of a fair.
SELECT * FROM booth_run WHERE fair_id = :fair_id ORDER BY asked_at DESC, id DESC LIMIT 1;

-- name: claim_run(run_id, dead_after_seconds)$
-- Start an assignment, or take up one whose worker died.
UPDATE booth_run SET state = 'running', heartbeat_at = now()
WHERE id = :run_id AND (state = 'queued' OR state = 'running' AND heartbeat_at < now() - make_interval(secs => :dead_after_seconds))
RETURNING id;

-- name: report_run(run_id, score, bound)!
-- How far an assignment is.
UPDATE booth_run SET heartbeat_at = now(), score = coalesce(:score, score), bound = coalesce(:bound, bound)
WHERE id = :run_id AND state = 'running';

-- name: finish_run(run_id, state, score, bound, goals, placed, moved, basis, reason, who, now)!
-- An assignment ended.
UPDATE booth_run SET state = :state, score = :score, bound = :bound, goals = :goals, placed = :placed, moved = :moved, basis = :basis,
    reason = :reason, who = :who, finished_at = :now
WHERE id = :run_id AND state = 'running';

-- name: mark_run(run_id, state)!
-- An assignment was kept or dropped.
UPDATE booth_run SET state = :state WHERE id = :run_id;

-- name: list_dead_runs(dead_after_seconds)
-- Assignments whose worker died.
SELECT id FROM booth_run WHERE state = 'running' AND heartbeat_at < now() - make_interval(secs => :dead_after_seconds);

-- name: list_to_tell(fair_id)
-- Whose booth is another one than they were told; `booth` with the hall where the fair has several.
SELECT exhibitor.id, exhibitor.told_booth,
    CASE WHEN (SELECT count(*) FROM fair_hall WHERE fair_id = :fair_id) > 1 THEN room.name_zh || ' ' ELSE '' END || exhibitor.stands_at AS booth
FROM exhibitor_line AS exhibitor JOIN fair_hall AS hall ON hall.id = exhibitor.stands_in JOIN room ON room.id = hall.room_id
WHERE exhibitor.fair_id = :fair_id AND exhibitor.state IN ('accepted', 'checked_in')
    AND exhibitor.told_booth <> CASE WHEN (SELECT count(*) FROM fair_hall WHERE fair_id = :fair_id) > 1
        THEN room.name_zh || ' ' ELSE '' END || exhibitor.stands_at
ORDER BY exhibitor.id;

-- name: mark_told(exhibitor_ids, booths)!
-- They know where they stand.
UPDATE exhibitor SET told_booth = told.booth FROM unnest(:exhibitor_ids::uuid[], :booths::text[]) AS told (id, booth) WHERE exhibitor.id = told.id;
