-- name: list_waiting(season_id)
-- Who waits in a season, since when, and how many places that were kept for them they did not answer to in time.
SELECT request.id AS request_id, request.season_id, request.employer_id, request.reference, request.title, owner.name_zh AS owner_zh, owner.name_en AS owner_en,
    owner.small_or_medium, request.submitted_at,
    coalesce((SELECT max(event.occurred_at) FROM event WHERE event.subject_id = request.id AND event.type = 'request.waitlisted'),
        request.submitted_at) AS since,
    (SELECT count(*) FROM offer WHERE offer.request_id = request.id AND offer.origin = 'waitlist' AND offer.state = 'expired') AS missed,
    (SELECT max(offer.held_until) FROM offer WHERE offer.request_id = request.id AND offer.origin = 'waitlist' AND offer.state = 'open') AS kept_until
FROM request JOIN request_owner AS owner ON owner.request_id = request.id
WHERE request.season_id = :season_id AND request.state = 'waitlisted'
ORDER BY request.submitted_at, request.id;

-- name: list_seasons_with_waiting()
-- Seasons in which somebody waits.
SELECT DISTINCT season_id FROM request WHERE state = 'waitlisted' ORDER BY season_id;

-- name: ask_walk(season_ids)!
-- Some seasons' waitlists are to be gone through.
INSERT INTO waitlist_walk (season_id, asked) SELECT unnest(:season_ids::uuid[]), 1
ON CONFLICT (season_id) DO UPDATE SET asked = waitlist_walk.asked + 1;

-- name: list_asked_walks()
-- Seasons whose waitlists are still to be gone through.
SELECT season_id FROM waitlist_walk WHERE asked > done ORDER BY season_id;

-- name: find_asked(season_id)$
-- Which asking is the last of a season, if it was not done.
SELECT asked FROM waitlist_walk WHERE season_id = :season_id AND asked > done;

-- name: note_done(season_id, asked)!
-- A season's waitlist was gone through for every asking up to this one.
UPDATE waitlist_walk SET done = greatest(done, :asked) WHERE season_id = :season_id;

-- name: try_lock_walk(season_id)$
-- Whether nobody else goes through a season's waitlist; the lock ends with the connection, or when it is given back.
SELECT pg_try_advisory_lock(hashtextextended(:season_id::uuid::text, 12));

-- name: unlock_walk(season_id)!
-- Somebody else may go through a season's waitlist.
SELECT pg_advisory_unlock(hashtextextended(:season_id::uuid::text, 12));

-- name: get_last_event()$
-- The last number that an event has got, committed or not.
SELECT last_value FROM event_id_seq;

-- name: count_events_after(event_id, types)$
-- How many events of some types have greater numbers, as far as they are committed.
SELECT count(*) FROM event WHERE id > :event_id AND type = ANY(:types::text[]);
