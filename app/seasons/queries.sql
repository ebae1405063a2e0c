-- name: insert_season(code, name_zh, name_en, first_day, last_day, term_first_day, day_opens, day_closes, grid_minutes, now)^
-- Open a season.
INSERT INTO season (code, name_zh, name_en, first_day, last_day, term_first_day, day_opens, day_closes, grid_minutes, created_at)
VALUES (:code, :name_zh, :name_en, :first_day, :last_day, :term_first_day, :day_opens, :day_closes, :grid_minutes, :now)
RETURNING id, code, name_zh, name_en, first_day, last_day, term_first_day, day_opens, day_closes, grid_minutes, row_version;

-- name: find_season(season_id)^
-- One season.
SELECT id, code, name_zh, name_en, first_day, last_day, term_first_day, day_opens, day_closes, grid_minutes, row_version
FROM season WHERE id = :season_id;

-- name: find_season_by_code(code)^
-- One season by its code.
SELECT id, code, name_zh, name_en, first_day, last_day, term_first_day, day_opens, day_closes, grid_minutes, row_version
FROM season WHERE code = :code;

-- name: list_seasons()
-- Every season, the newest first.
SELECT id, code, name_zh, name_en, first_day, last_day, term_first_day, day_opens, day_closes, grid_minutes, row_version
FROM season ORDER BY first_day DESC;

-- name: update_season(season_id, expected_version, name_zh, name_en, first_day, last_day, term_first_day, day_opens, day_closes, grid_minutes)^
-- Change a season that nobody changed meanwhile.
UPDATE season SET name_zh = :name_zh, name_en = :name_en, first_day = :first_day, last_day = :last_day,
    term_first_day = :term_first_day, day_opens = :day_opens, day_closes = :day_closes, grid_minutes = :grid_minutes,
    row_version = row_version + 1
WHERE id = :season_id AND row_version = coalesce(:expected_version, row_version)
RETURNING id, code, name_zh, name_en, first_day, last_day, term_first_day, day_opens, day_closes, grid_minutes, row_version;

-- name: list_policies(season_id)
-- What people changed, with who and why.
SELECT policy.name, policy.value, policy.set_at, policy.reason, account.display_name AS set_by_name
FROM season_policy AS policy LEFT JOIN account ON account.id = policy.set_by
WHERE policy.season_id = :season_id ORDER BY policy.name;

-- name: upsert_policy(season_id, name, value, set_by, now, reason)!
-- Set one policy of a season.
INSERT INTO season_policy (season_id, name, value, set_by, set_at, reason)
VALUES (:season_id, :name, :value, :set_by, :now, :reason)
ON CONFLICT (season_id, name) DO UPDATE
SET value = excluded.value, set_by = excluded.set_by, set_at = excluded.set_at, reason = excluded.reason;

-- name: find_calendar(first_day, last_day)^
-- Days that depart from their weekday, and the years whose swaps are known.
SELECT coalesce((SELECT jsonb_agg(to_jsonb(departing) ORDER BY day) FROM (
        SELECT day, is_working, name_zh, name_en, source, follows_weekday FROM calendar_day WHERE day BETWEEN :first_day AND :last_day
    ) AS departing), '[]') AS days,
    coalesce((SELECT array_agg(year) FROM calendar_year), '{}') AS years;

-- name: insert_calendar_year(year, source)!
-- Say that a year's swaps are known.
INSERT INTO calendar_year (year, source) VALUES (:year, :source) ON CONFLICT DO NOTHING;

-- name: insert_national_day(day, is_working, name_zh, name_en)!
-- A national departure; a day that the school set stays as it is.
INSERT INTO calendar_day (day, is_working, name_zh, name_en, source)
VALUES (:day, :is_working, :name_zh, :name_en, 'national') ON CONFLICT DO NOTHING;

-- name: upsert_school_day(day, is_working, name_zh, name_en, follows_weekday)!
-- The school's own word on a day.
INSERT INTO calendar_day (day, is_working, name_zh, name_en, follows_weekday, source)
VALUES (:day, :is_working, :name_zh, :name_en, :follows_weekday, 'school')
ON CONFLICT (day) DO UPDATE SET is_working = excluded.is_working, name_zh = excluded.name_zh,
    name_en = excluded.name_en, follows_weekday = excluded.follows_weekday, source = 'school';
