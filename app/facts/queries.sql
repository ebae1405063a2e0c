-- name: lock_season(season_id)!
-- Nobody books in a season, nor changes a fact of it, until this transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended(:season_id::uuid::text, 8));

-- name: share_season(season_id)!
-- The facts of a season stay as they are until this transaction ends; bookers share them.
SELECT pg_advisory_xact_lock_shared(hashtextextended(:season_id::uuid::text, 8));

-- name: lock_every_season()!
-- Every season is locked so, always in the same order; the empty key first, so that no season is opened meanwhile.
WITH listed AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended('', 8)))
SELECT pg_advisory_xact_lock(hashtextextended(wanted.id::text, 8))
FROM (SELECT id FROM season WHERE EXISTS (SELECT 1 FROM listed) ORDER BY id) AS wanted;
