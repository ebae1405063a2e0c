-- name: insert_lines(event_ids, purposes, recipients, locales)!
-- Messages that wait for their recipients' digests; whoever got one at once is not told again.
INSERT INTO digest_line (event_id, purpose, recipient, locale)
SELECT told.* FROM unnest(:event_ids::bigint[], :purposes::text[], :recipients::text[], :locales::text[])
    AS told (event_id, purpose, recipient, locale)
WHERE NOT EXISTS (SELECT FROM delivery WHERE delivery.event_id = told.event_id AND lower(delivery.recipient) = told.recipient)
ON CONFLICT DO NOTHING;

-- name: list_recipients_due(before, day, batch)
-- For whom something waits that happened before a moment, and who had no digest on that day; closed accounts get none.
SELECT DISTINCT line.recipient FROM digest_line AS line JOIN event ON event.id = line.event_id
WHERE line.digest_id IS NULL AND event.occurred_at < :before
    AND NOT EXISTS (SELECT FROM digest WHERE digest.recipient = line.recipient AND digest.day = :day)
    AND NOT EXISTS (SELECT FROM account WHERE account.email = line.recipient AND account.disabled_at IS NOT NULL)
ORDER BY line.recipient LIMIT :batch;

-- name: gather_lines(recipient, before, day)$
-- Put what waits for an address into its digest of the day, in the language of its account, else of the last message.
WITH waiting AS (
    SELECT line.event_id, line.locale FROM digest_line AS line JOIN event ON event.id = line.event_id
    WHERE line.recipient = :recipient AND line.digest_id IS NULL AND event.occurred_at < :before FOR UPDATE OF line
), digest_of_day AS (
    INSERT INTO digest (recipient, locale, day)
    SELECT :recipient, coalesce((SELECT locale FROM account WHERE email = :recipient), (SELECT locale FROM waiting ORDER BY event_id DESC LIMIT 1)), :day
    WHERE EXISTS (SELECT FROM waiting)
    ON CONFLICT ON CONSTRAINT digest_once_a_day DO NOTHING RETURNING id
), gathered AS (
    UPDATE digest_line SET digest_id = digest_of_day.id FROM digest_of_day, waiting
    WHERE digest_line.recipient = :recipient AND digest_line.event_id = waiting.event_id
)
SELECT id FROM digest_of_day;

-- name: list_recipients(digest_ids)
-- To whom some digests go.
SELECT id, recipient AS email, locale FROM digest WHERE id = ANY(:digest_ids::uuid[]);

-- name: list_lines(digest_ids)
-- What is in some digests, in its order, with the states in which the requests are now.
SELECT line.digest_id, line.event_id, request.state AS request_state
FROM digest_line AS line JOIN event ON event.id = line.event_id LEFT JOIN request ON request.id = event.subject_id
WHERE line.digest_id = ANY(:digest_ids::uuid[]) ORDER BY line.event_id;

-- name: list_unread_seasons(day)
-- Seasons that run on a day, or whose requests are still to be decided, and whose inbox was not told of on it.
SELECT season.id FROM season
WHERE NOT EXISTS (SELECT FROM inbox_digest WHERE inbox_digest.season_id = season.id AND inbox_digest.day = :day)
    AND season.last_day >= :day
ORDER BY season.first_day;

-- name: note_inbox(season_id, day)$
-- The career centre is told of a season's inbox on a day, once.
INSERT INTO inbox_digest (season_id, day) VALUES (:season_id, :day) ON CONFLICT DO NOTHING RETURNING true;

-- name: count_inbox(season_ids, now)
-- What waits in some seasons for the career centre, with their codes.
SELECT season.id, season.code,
    (SELECT count(DISTINCT coalesce(request.series_id, request.id)) FROM request
        WHERE request.season_id = season.id AND request.state = 'submitted') AS requests,
    (SELECT count(*) FROM amendment JOIN request ON request.id = amendment.request_id
        WHERE request.season_id = season.id AND amendment.state = 'awaiting_approval') AS amendments,
    (SELECT count(*) FROM employer WHERE state = 'under_review') AS employers,
    (SELECT count(*) FROM booking_case WHERE booking_case.season_id = season.id AND booking_case.ended_at IS NULL) AS cases,
    (SELECT count(*) FROM delivery WHERE state = 'failed') AS mails,
    (SELECT count(*) FROM blocking WHERE state = 'asked' AND ends_at > :now) AS blockings
FROM season WHERE season.id = ANY(:season_ids::uuid[]);
