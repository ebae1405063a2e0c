-- name: list_duties(duty_id, account_id, today)
-- Duties, the coming and running ones first: one, those of somebody (as holder or deputy), or all; with until when they are away.
SELECT duty.id, duty.kind, duty.account_id, holder.display_name AS account_name, duty.deputy_id, deputy.display_name AS deputy_name,
    duty.department_id, duty.room_id, coalesce(department.name_zh, room.name_zh) AS scope_zh,
    coalesce(nullif(department.name_en, ''), nullif(room.name_en, ''), department.name_zh, room.name_zh) AS scope_en,
    duty.first_day, duty.last_day, duty.note, granter.display_name AS granted_by_name, duty.granted_at, duty.row_version,
    (SELECT max(absence.last_day) FROM absence
        WHERE absence.account_id = duty.account_id AND :today BETWEEN absence.first_day AND absence.last_day) AS away_until
FROM duty
JOIN account AS holder ON holder.id = duty.account_id
LEFT JOIN account AS deputy ON deputy.id = duty.deputy_id
LEFT JOIN account AS granter ON granter.id = duty.granted_by
LEFT JOIN department ON department.id = duty.department_id
LEFT JOIN room ON room.id = duty.room_id
WHERE (:duty_id::uuid IS NULL OR duty.id = :duty_id) AND (:account_id::uuid IS NULL OR :account_id IN (duty.account_id, duty.deputy_id))
ORDER BY duty.last_day < :today, scope_zh, account_name, duty.first_day, duty.id;

-- name: lock_duty(duty_id)$
-- One change at a time.
SELECT row_version FROM duty WHERE id = :duty_id FOR UPDATE;

-- name: insert_duty(kind, account_id, deputy_id, department_id, room_id, first_day, last_day, note, granted_by, now)$
-- Somebody gets a duty.
INSERT INTO duty (kind, account_id, deputy_id, department_id, room_id, first_day, last_day, note, granted_by, granted_at)
VALUES (:kind, :account_id, :deputy_id, :department_id, :room_id, :first_day, :last_day, :note, :granted_by, :now)
RETURNING id;

-- name: update_duty(duty_id, first_day, last_day, deputy_id, note, ended_at)!
-- Other days, another deputy; `ended_at`: it was ended before its time, and may be given anew in the same days.
UPDATE duty SET first_day = :first_day, last_day = :last_day, deputy_id = :deputy_id, note = :note, ended_at = :ended_at,
    row_version = row_version + 1
WHERE id = :duty_id;

-- name: list_holders()
-- Who can have a duty or stand in: people of the school whose account is open.
SELECT id, display_name FROM account
WHERE role <> 'employer_contact' AND disabled_at IS NULL ORDER BY display_name, id;

-- name: list_absences(account_id, today)
-- When somebody is away, from today on.
SELECT id, account_id, first_day, last_day FROM absence
WHERE account_id = :account_id AND last_day >= :today ORDER BY first_day, id;

-- name: lock_account(account_id)$
-- One change of somebody's absences at a time.
SELECT id FROM account WHERE id = :account_id FOR NO KEY UPDATE;

-- name: find_absence_around(account_id, first_day, last_day)$
-- Whether somebody said already that they are away on all of some days.
SELECT EXISTS (SELECT FROM absence WHERE account_id = :account_id AND first_day <= :first_day::date AND last_day >= :last_day::date);

-- name: insert_absence(account_id, first_day, last_day)$
-- Somebody will be away.
INSERT INTO absence (account_id, first_day, last_day) VALUES (:account_id, :first_day, :last_day) RETURNING id;

-- name: delete_absence(absence_id, account_id)^
-- Somebody will not be away after all.
DELETE FROM absence WHERE id = :absence_id AND account_id = :account_id RETURNING id, account_id, first_day, last_day;

-- name: list_deputies(account_id, first_day, last_day)
-- Who stands in for somebody in some days.
SELECT DISTINCT deputy_id AS account_id FROM duty
WHERE account_id = :account_id AND deputy_id IS NOT NULL AND first_day <= :last_day::date AND last_day >= :first_day::date;

-- name: find_limits(department_id)^
-- What a department decides by itself, where the season's rule is not its own.
SELECT kinds, people, booths, row_version FROM department_limit WHERE department_id = :department_id;

-- name: put_limits(department_id, kinds, people, booths)!
-- A department's own limits.
INSERT INTO department_limit (department_id, kinds, people, booths) VALUES (:department_id, :kinds, :people, :booths)
ON CONFLICT ON CONSTRAINT department_limit_pkey
    DO UPDATE SET kinds = excluded.kinds, people = excluded.people, booths = excluded.booths, row_version = department_limit.row_version + 1;

-- name: delete_limits(department_id)!
-- The season's rule is the department's again.
DELETE FROM department_limit WHERE department_id = :department_id;

-- name: find_department(department_id)$
-- Whether there is such a department; one change of its limits at a time.
SELECT id FROM department WHERE id = :department_id FOR NO KEY UPDATE;
