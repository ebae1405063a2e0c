-- name: insert_event(type, occurred_at, actor_id, season_id, subject_id, reason, payload)$
-- Append one event in the caller's transaction.
INSERT INTO event (type, occurred_at, actor_id, season_id, subject_id, reason, payload)
VALUES (:type, :occurred_at, :actor_id, :season_id, :subject_id, :reason, :payload)
RETURNING id;

-- name: insert_events(types, season_ids, subject_ids, reasons, payloads, occurred_at, actor_id)!
-- Append events in their order.
INSERT INTO event (type, occurred_at, actor_id, season_id, subject_id, reason, payload)
SELECT type, :occurred_at, :actor_id, season_id, subject_id, reason, payload
FROM unnest(:types::text[], :season_ids::uuid[], :subject_ids::uuid[], :reasons::text[], :payloads::jsonb[]) WITH ORDINALITY
    AS told (type, season_id, subject_id, reason, payload, number) ORDER BY number;

-- name: claim_unrelayed(batch)
-- Events nobody has relayed yet, locked for this relay.
SELECT id, type, season_id, subject_id, occurred_at, payload
FROM event WHERE relayed_at IS NULL ORDER BY id LIMIT :batch FOR UPDATE SKIP LOCKED;

-- name: mark_relayed(ids)!
-- These events' jobs stand in the queue.
UPDATE event SET relayed_at = now() WHERE id = ANY(:ids::bigint[]);

-- name: insert_receipts(event_ids, job)!
-- A job has done its part for some events.
INSERT INTO event_receipt (event_id, job) SELECT unnest(:event_ids::bigint[]), :job::text ON CONFLICT DO NOTHING;

-- name: list_unreceipted(types, jobs, older_than_seconds, within_seconds, batch)
-- Relayed events that some of their jobs have not acknowledged in time, oldest first.
SELECT event.id, event.type, wanted.job
FROM event
JOIN unnest(:types::text[], :jobs::text[]) AS wanted (type, job) ON wanted.type = event.type
LEFT JOIN event_receipt AS receipt ON receipt.event_id = event.id AND receipt.job = wanted.job
WHERE event.relayed_at < now() - make_interval(secs => :older_than_seconds)
    AND event.relayed_at > now() - make_interval(secs => :within_seconds) AND receipt.event_id IS NULL
ORDER BY event.id LIMIT :batch;

-- name: list_events(event_ids)
-- Some events, in their order.
SELECT id, type, occurred_at, actor_id, season_id, subject_id, reason, payload FROM event
WHERE id = ANY(:event_ids::bigint[]) ORDER BY id;

-- name: list_subjects(type, season_id, since)
-- Whom an event of a type befell in a season since a moment.
SELECT DISTINCT subject_id FROM event WHERE season_id = :season_id AND type = :type AND occurred_at >= :since;

-- name: list_events_of(subject_id, batch)
-- A subject's history, newest first.
SELECT event.id, event.type, event.occurred_at, event.reason, event.payload, account.display_name AS actor_name
FROM event LEFT JOIN account ON account.id = event.actor_id
WHERE event.subject_id = :subject_id ORDER BY event.id DESC LIMIT :batch;
