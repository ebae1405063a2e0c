-- name: list_large(season_id, request_id, activity_id, people, outsiders, now, only_coming)
-- Activities of a season, a request, or one, that are larger than the rules say, with what was filed; `only_coming`: those with a
-- confirmed place that have not begun, and beside them those off the programme. The rules of 0 people are none.
WITH large AS MATERIALIZED (
    SELECT id FROM activity WHERE :people > 0 AND attendance > :people
    UNION SELECT id FROM activity WHERE :outsiders > 0 AND outsiders > 0 AND outsiders > :outsiders
    UNION SELECT activity_id FROM safety_filing WHERE :only_coming AND withheld_since IS NOT NULL
)
SELECT activity.id AS activity_id, activity.request_id, request.season_id, request.title, owner.name_zh AS owner_name_zh,
    owner.name_en AS owner_name_en, activity.kind, activity.attendance, activity.outsiders, standing.starts_at,
    standing.confirmed_at, coalesce(filing.number, '') AS number, filing.filed_on, coalesce(filing.exempt_reason, '') AS exempt_reason,
    filing.due_on AS reminded_of, coalesce(filing.reminders, 0) AS reminders, filing.withheld_since, coalesce(filing.row_version, 0) AS row_version
FROM large JOIN activity ON activity.id = large.id JOIN request ON request.id = activity.request_id JOIN request_owner AS owner ON owner.request_id = request.id
LEFT JOIN LATERAL (SELECT starts_at, CASE WHEN booking.state = 'confirmed' THEN booking.created_at END AS confirmed_at FROM booking
    WHERE booking.activity_id = activity.id AND booking.state IN ('tentative', 'confirmed') ORDER BY booking.state LIMIT 1) AS standing ON true
LEFT JOIN safety_filing AS filing ON filing.activity_id = activity.id
WHERE activity.status = 'active'
    AND (:season_id::uuid IS NULL OR request.season_id = :season_id)
    AND (:request_id::uuid IS NULL OR activity.request_id = :request_id)
    AND (:activity_id::uuid IS NULL OR activity.id = :activity_id)
    AND (NOT :only_coming OR request.state = 'scheduled' AND standing.confirmed_at IS NOT NULL AND standing.starts_at > :now)
ORDER BY standing.starts_at NULLS LAST, activity.ordinal;

-- name: upsert_filing(activity_id, number, filed_on, exempt_reason, entered_by, now)!
-- Under which number an activity was filed, or why none is needed.
INSERT INTO safety_filing (activity_id, number, filed_on, exempt_reason, entered_by, entered_at, row_version)
VALUES (:activity_id, :number, :filed_on, :exempt_reason, :entered_by, :now, 1)
ON CONFLICT (activity_id) DO UPDATE SET number = excluded.number, filed_on = excluded.filed_on, exempt_reason = excluded.exempt_reason,
    entered_by = excluded.entered_by, entered_at = excluded.entered_at, row_version = safety_filing.row_version + 1;

-- name: note_reminder(activity_id, due_on, reminders)!
-- Somebody was reminded of a day so many times.
INSERT INTO safety_filing (activity_id, due_on, reminders) VALUES (:activity_id, :due_on, :reminders)
ON CONFLICT (activity_id) DO UPDATE SET due_on = excluded.due_on, reminders = excluded.reminders;

-- name: note_withheld(activity_id, since)!
-- An activity is off the programme since then; without a moment it is on it.
INSERT INTO safety_filing (activity_id, withheld_since) VALUES (:activity_id, :since)
ON CONFLICT (activity_id) DO UPDATE SET withheld_since = excluded.withheld_since;
