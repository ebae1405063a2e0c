-- name: find_notice(request_id)^
-- The link and the files of a request's notice, without their bytes.
SELECT request.id AS request_id, coalesce(notice.application_url, '') AS application_url, coalesce(notice.row_version, 0) AS row_version,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', id, 'name', name, 'content_type', content_type, 'size', size, 'uploaded_at', uploaded_at) ORDER BY uploaded_at, id)
        FROM notice_attachment WHERE notice_attachment.request_id = request.id), '[]') AS attachments
FROM request LEFT JOIN request_notice AS notice ON notice.request_id = request.id WHERE request.id = :request_id;

-- name: upsert_link(request_id, application_url)!
-- Where students apply.
INSERT INTO request_notice (request_id, application_url) VALUES (:request_id, :application_url)
ON CONFLICT (request_id) DO UPDATE SET application_url = excluded.application_url, row_version = request_notice.row_version + 1;

-- name: insert_attachment(request_id, name, content_type, content, now)^
-- One more file of a notice.
INSERT INTO notice_attachment (request_id, name, content_type, content, uploaded_at) VALUES (:request_id, :name, :content_type, :content, :now)
RETURNING id, name, content_type, size, uploaded_at;

-- name: delete_attachment(attachment_id)!
-- A file is gone.
DELETE FROM notice_attachment WHERE id = :attachment_id;

-- name: find_owner(attachment_id)^
-- Of which request a file is.
SELECT request_id FROM notice_attachment WHERE id = :attachment_id;

-- name: find_file(attachment_id)^
-- A file with its bytes, and whether everybody may read it: an activity of its request is on the programme.
SELECT file.request_id, file.name, file.content_type, file.content, EXISTS (
    SELECT FROM activity JOIN booking ON booking.activity_id = activity.id AND booking.state = 'confirmed'
    JOIN request ON request.id = activity.request_id
    LEFT JOIN safety_filing AS filing ON filing.activity_id = activity.id
    WHERE activity.request_id = file.request_id AND activity.kind <> 'interview_block'
        AND request.state NOT IN ('cancelled', 'stopped') AND filing.withheld_since IS NULL) AS is_public
FROM notice_attachment AS file WHERE file.id = :attachment_id;
