-- When a department booked its own request without an approval (备案): until some working days later the centre can object.
ALTER TABLE request ADD filed_at timestamptz;
CREATE INDEX request_filed ON request (season_id, filed_at) WHERE filed_at IS NOT NULL;

CREATE OR REPLACE VIEW request_line AS
SELECT request.id, request.season_id, request.reference, request.owner_kind, request.employer_id, request.department_id,
    owner.name_zh AS owner_name_zh, owner.name_en AS owner_name_en, owner.small_or_medium,
    request.title, request.contact_id, request.contact_name, request.contact_email, request.contact_phone,
    request.contact_locale, request.notice_text, request.remark, request.weight, request.weight_reason,
    setter.display_name AS weight_set_by_name, request.state, request.state_reason, request.state_note,
    request.submitted_at, request.row_version, request.created_at, request.filed_at
FROM request
JOIN request_owner AS owner ON owner.request_id = request.id
LEFT JOIN account AS setter ON setter.id = request.weight_set_by;
