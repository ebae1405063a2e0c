-- name: beat(role, host)!
-- This process lives.
INSERT INTO heartbeat (role, host) VALUES (:role, :host)
ON CONFLICT ON CONSTRAINT heartbeat_pkey DO UPDATE SET beaten_at = clock_timestamp();

-- name: list_heartbeats
-- Seconds since each process last said so.
SELECT role, host, extract(epoch FROM clock_timestamp() - beaten_at)::float AS seconds_ago FROM heartbeat;

-- name: forget_heartbeats(older_than_seconds)!
-- Hosts that are gone.
DELETE FROM heartbeat WHERE beaten_at < clock_timestamp() - make_interval(secs => :older_than_seconds);
