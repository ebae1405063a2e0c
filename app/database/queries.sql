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

-- name: get_fact_state()^
-- The number that every change of a fact raises.
SELECT fact_revision() AS revision, pg_postmaster_start_time() AS server_started_at;

-- name: list_fact_changes(known)
-- The changes that are not known yet.
SELECT id, changes, kind, booking_ids
FROM fact_change WHERE id <> ALL (:known::bigint[]);

-- name: fold_fact_changes()!
-- One row for those that are there; rows that another folds are left to it.
WITH folded AS (DELETE FROM fact_change RETURNING changes)
INSERT INTO fact_change (changes, kind) SELECT sum(changes), 'folded' FROM folded HAVING count(*) > 0;

-- name: get_clock_offset()$
-- How far business time is from real time.
SELECT offset_seconds FROM business_clock;

-- name: step_clock(offset_seconds)!
-- Move business time; a trigger tells the processes.
UPDATE business_clock SET offset_seconds = :offset_seconds;

-- name: count_followers(name)$
-- Processes that have got there.
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = :name;
