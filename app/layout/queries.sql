-- name: get_frame()^
-- What the frame of every page says.
SELECT
  (SELECT jsonb_build_object('name_zh', name_zh, 'name_en', name_en) FROM school) AS school,
  coalesce(
    (SELECT jsonb_agg(jsonb_build_object(
       'id', id, 'code', code, 'name_zh', name_zh, 'name_en', name_en,
       'first_day', first_day, 'last_day', last_day) ORDER BY first_day DESC) FROM season),
    '[]') AS seasons;
