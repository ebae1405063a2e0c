-- name: list_untold(season_id, before, batch, request_ids)
-- Requests that were approved before a moment and have no place, and whose owner was told neither that nor anything since, nor
-- is about to be; those approved with a series name it. The first to be approved first.
SELECT request.id AS request_id, approved.series_id
FROM request
JOIN LATERAL (SELECT id, occurred_at, (payload ->> 'series_id')::uuid AS series_id FROM event
    WHERE subject_id = request.id AND type = 'request.approved' ORDER BY id DESC LIMIT 1) AS approved ON true
WHERE request.season_id = :season_id AND request.state = 'approved' AND approved.occurred_at < :before
    AND (:request_ids::uuid[] IS NULL OR request.id = ANY(:request_ids))
    AND NOT EXISTS (SELECT FROM booking JOIN activity ON activity.id = booking.activity_id
        WHERE activity.request_id = request.id AND booking.state IN ('tentative', 'confirmed'))
    AND NOT EXISTS (SELECT FROM event AS since WHERE since.subject_id IN (request.id, approved.series_id) AND since.id >= approved.id
        AND (since.type IN ('request.awaits_place', 'series.awaits_places', 'request.left_unplaced', 'offers.made', 'request.scheduled')
            -- A season may tell approvals as they happen.
            OR since.type IN ('request.approved', 'series.approved')
                AND (NOT EXISTS (SELECT FROM event_receipt WHERE event_id = since.id AND job = 'write_mails')
                    OR EXISTS (SELECT FROM delivery WHERE event_id = since.id) OR EXISTS (SELECT FROM digest_line WHERE event_id = since.id))))
ORDER BY approved.occurred_at, request.id LIMIT :batch;
