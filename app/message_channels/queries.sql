-- name: list_channels()
-- Every channel, with how much each is still to be told.
SELECT channel.*, (SELECT count(*) FROM channel_post AS post WHERE post.channel_id = channel.id AND post.state = 'due') AS waiting
FROM message_channel AS channel ORDER BY channel.id;

-- name: find_channel(channel_id)^
-- One channel.
SELECT channel.*, (SELECT count(*) FROM channel_post AS post WHERE post.channel_id = channel.id AND post.state = 'due') AS waiting
FROM message_channel AS channel WHERE channel.id = :channel_id;

-- name: lock_channel(channel_id)$
-- One channel until this transaction ends; its version.
SELECT row_version FROM message_channel WHERE id = :channel_id FOR UPDATE;

-- name: insert_channel(kind, name, address, secret, topics, locale)$
-- A new channel.
INSERT INTO message_channel (kind, name, address, secret, topics, locale) VALUES (:kind, :name, :address, :secret, :topics, :locale)
RETURNING id;

-- name: update_channel(channel_id, name, address, secret, topics, locale)!
-- Change a channel; an empty address or secret stays as it is.
UPDATE message_channel SET name = :name, address = coalesce(nullif(:address, ''), address), secret = coalesce(nullif(:secret, ''), secret),
    topics = :topics, locale = :locale, row_version = row_version + 1, next_attempt_at = NULL
WHERE id = :channel_id;

-- name: delete_channel(channel_id)!
-- A channel and what it was told are no more.
DELETE FROM message_channel WHERE id = :channel_id;

-- name: list_posts(channel_id, batch)
-- The last messages to a channel.
SELECT post.id, post.event_id, event.type, post.state, post.attempts, event.occurred_at, post.ended_at
FROM channel_post AS post JOIN event ON event.id = post.event_id
WHERE post.channel_id = :channel_id ORDER BY post.event_id DESC LIMIT :batch;

-- name: insert_posts(event_ids, topics, test_type)!
-- Tell every channel of some events whose topics it wants, and a channel that is tested of that; a second time adds none.
INSERT INTO channel_post (channel_id, event_id)
SELECT channel.id, event.id
FROM unnest(:event_ids::bigint[], :topics::text[]) AS told (event_id, topic)
JOIN event ON event.id = told.event_id
JOIN message_channel AS channel ON told.topic = ANY(channel.topics) OR (event.type = :test_type AND channel.id = event.subject_id)
ORDER BY event.id ON CONFLICT ON CONSTRAINT channel_post_once DO NOTHING;

-- name: list_due_channels(now)
-- Channels that are to be told something now.
SELECT channel.id FROM message_channel AS channel
WHERE channel.state = 'active' AND (channel.next_attempt_at IS NULL OR channel.next_attempt_at <= :now)
    AND EXISTS (SELECT FROM channel_post AS post WHERE post.channel_id = channel.id AND post.state = 'due')
ORDER BY channel.next_attempt_at NULLS FIRST;

-- name: try_lock_posting(channel_id)$
-- Lock a channel for this connection, if nobody else tells it something.
SELECT pg_try_advisory_lock(hashtextextended(:channel_id::uuid::text, 44));

-- name: unlock_posting(channel_id)$
-- Let others tell a channel something.
SELECT pg_advisory_unlock(hashtextextended(:channel_id::uuid::text, 44));

-- name: list_due_posts(channel_id, batch)
-- The next messages to a channel in their order, with what their texts name.
SELECT post.id, post.event_id, event.type, event.occurred_at, event.season_id, event.subject_id,
    request.id AS request_id, (event.payload ->> 'activity_id')::uuid AS activity_id,
    coalesce(request.title, employer.legal_name, '') AS title, coalesce(owner.name_zh, '') AS owner
FROM channel_post AS post JOIN event ON event.id = post.event_id
LEFT JOIN request ON request.id = coalesce((event.payload ->> 'request_id')::uuid, event.subject_id)
LEFT JOIN request_owner AS owner ON owner.request_id = request.id
LEFT JOIN employer ON employer.id = event.subject_id
WHERE post.channel_id = :channel_id AND post.state = 'due' ORDER BY post.event_id LIMIT :batch;

-- name: note_attempt(channel_id, post_ids, now, since)!
-- A channel is told something from here on, also if the teller dies.
WITH tried AS (UPDATE channel_post SET attempts = attempts + 1 WHERE id = ANY(:post_ids::uuid[]))
UPDATE message_channel SET posted_at = array(SELECT moment FROM unnest(posted_at) AS moment WHERE moment > :since) || :now::timestamptz
WHERE id = :channel_id;

-- name: mark_sent(channel_id, post_ids, now)!
-- A channel took messages.
WITH sent AS (UPDATE channel_post SET state = 'sent', ended_at = :now WHERE id = ANY(:post_ids::uuid[]))
UPDATE message_channel SET failures = 0, failing_since = NULL, last_error = '' WHERE id = :channel_id AND failures > 0;

-- name: put_off(channel_id, until)!
-- A channel gets its next message later.
UPDATE message_channel SET next_attempt_at = :until WHERE id = :channel_id;

-- name: note_failure(channel_id, error, until, now)^
-- A channel did not take a message: how often in a row, and since when.
UPDATE message_channel SET failures = failures + 1, failing_since = coalesce(failing_since, :now), last_error = :error, next_attempt_at = :until
WHERE id = :channel_id RETURNING failures, failing_since;

-- name: pause(channel_id)$
-- Nothing is sent to a channel any more, until somebody says so; its name.
UPDATE message_channel SET state = 'paused', row_version = row_version + 1 WHERE id = :channel_id AND state = 'active' RETURNING name;

-- name: resume(channel_id)$
-- A paused channel goes on at once.
UPDATE message_channel SET state = 'active', failures = 0, failing_since = NULL, last_error = '', next_attempt_at = NULL, row_version = row_version + 1
WHERE id = :channel_id AND state = 'paused' RETURNING true;

-- name: drop_waiting(channel_id, now)!
-- What a channel was still to be told is left out.
UPDATE channel_post SET state = 'dropped', ended_at = :now WHERE channel_id = :channel_id AND state = 'due';
