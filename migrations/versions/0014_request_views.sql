-- Whose a request is: an employer's, a department's, or the career centre's own.
CREATE VIEW request_owner AS
SELECT request.id AS request_id,
    coalesce(employer.legal_name, department.name_zh, '就业中心') AS name_zh,
    coalesce(nullif(employer.name_en, ''), employer.legal_name, department.name_en, 'Career centre') AS name_en,
    coalesce(employer.size_class <> 'large', false) AS small_or_medium
FROM request
LEFT JOIN employer ON employer.id = request.employer_id
LEFT JOIN department ON department.id = request.department_id;

-- A request as it is read, without its activities and posts.
CREATE VIEW request_line AS
SELECT request.id, request.season_id, request.reference, request.owner_kind, request.employer_id, request.department_id,
    owner.name_zh AS owner_name_zh, owner.name_en AS owner_name_en, owner.small_or_medium,
    request.title, request.contact_id, request.contact_name, request.contact_email, request.contact_phone,
    request.contact_locale, request.notice_text, request.remark, request.weight, request.weight_reason,
    setter.display_name AS weight_set_by_name, request.state, request.state_reason, request.state_note,
    request.submitted_at, request.row_version, request.created_at
FROM request
JOIN request_owner AS owner ON owner.request_id = request.id
LEFT JOIN account AS setter ON setter.id = request.weight_set_by;
