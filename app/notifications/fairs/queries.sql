-- name: list_exhibitor_facts(exhibitor_ids)
-- What letters say of exhibitors and their fairs, and whom to write to.
SELECT exhibitor.id, exhibitor.legal_name AS name_zh, coalesce(nullif(exhibitor.name_en, ''), exhibitor.legal_name) AS name_en, exhibitor.division,
    exhibitor.state, exhibitor.state_note, exhibitor.held_until, exhibitor.contact_email, exhibitor.contact_locale, exhibitor.employer_id,
    exhibitor.employer_state, fair.id AS fair_id, fair.kind, fair.title, fair.reference, fair.introduction, fair.attendance, fair.answer_days,
    fair.owner_name_zh, fair.owner_name_en, fair.starts_at, fair.ends_at, fair.rooms_zh, fair.rooms_en, fair.campus_zh, fair.campus_en,
    activity.invitation_sequence
FROM exhibitor_line AS exhibitor JOIN fair_line AS fair ON fair.id = exhibitor.fair_id JOIN activity ON activity.id = fair.id
WHERE exhibitor.id = ANY(:exhibitor_ids::uuid[]);
