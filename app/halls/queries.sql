-- name: find_hall_plan(venue_id)^
-- A room's plan, and who drew it.
SELECT hall_plan.venue_id, hall_plan.rows, hall_plan.names, hall_plan.cell_cm, hall_plan.naming, hall_plan.updated_at,
    account.display_name AS updated_by, hall_plan.row_version
FROM hall_plan LEFT JOIN account ON account.id = hall_plan.updated_by WHERE hall_plan.venue_id = :venue_id;

-- name: upsert_hall_plan(venue_id, rows, names, cell_cm, naming, updated_by, now)!
-- A room's plan takes the place of the one before.
INSERT INTO hall_plan (venue_id, rows, names, cell_cm, naming, updated_by, updated_at)
VALUES (:venue_id, :rows, :names, :cell_cm, :naming, :updated_by, :now)
ON CONFLICT (venue_id) DO UPDATE SET rows = excluded.rows, names = excluded.names, cell_cm = excluded.cell_cm,
    naming = excluded.naming, updated_by = excluded.updated_by, updated_at = excluded.updated_at,
    row_version = hall_plan.row_version + 1;

-- name: delete_hall_plan(venue_id)!
-- A room has no plan any more.
DELETE FROM hall_plan WHERE venue_id = :venue_id;
