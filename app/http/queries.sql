-- name: begin_request(account_id, key, request_hash)$
-- The first with this key; a key whose process died long ago begins anew. Nothing where another was first.
INSERT INTO idempotency_key AS known (account_id, key, request_hash) VALUES (:account_id, :key, :request_hash)
ON CONFLICT (account_id, key) DO UPDATE SET request_hash = excluded.request_hash, created_at = now()
WHERE known.status IS NULL AND known.created_at < now() - interval '10 minutes'
RETURNING true;

-- name: find_answer(account_id, key)^
-- What was asked with a key, and the answer; its status is null while it is being worked on.
SELECT request_hash, status, headers, body FROM idempotency_key WHERE account_id = :account_id AND key = :key;

-- name: keep_answer(account_id, key, status, headers, body)!
-- The answer that everybody else with this key is given.
UPDATE idempotency_key SET status = :status, headers = :headers, body = :body
WHERE account_id = :account_id AND key = :key;

-- name: forget_request(account_id, key)!
-- It failed on our side: the next one with this key is the first again.
DELETE FROM idempotency_key WHERE account_id = :account_id AND key = :key AND status IS NULL;

-- name: find_sent_before(account_id, form_key, content_hash)^
-- Where the same showing of a form, or another one with the same content, led; what said the same comes first.
SELECT headers ->> 'location' AS location, right(key, 64) = :content_hash AS unchanged FROM idempotency_key
WHERE account_id = :account_id AND status = 303 AND starts_with(key, 'form:')
    AND (starts_with(key, :form_key) OR right(key, 64) = :content_hash)
ORDER BY unchanged DESC, created_at LIMIT 1;
