-- name: list_alike(employer_id, code, batch)
-- Entries that may be the same employer: of a code, or with a name much like it.
SELECT other.id, other.legal_name, other.credit_code, other.state FROM employer AS other JOIN employer AS this ON this.id = :employer_id
WHERE other.id <> this.id AND (other.credit_code = :code::text OR similarity(other.legal_name, this.legal_name) > 0.5)
ORDER BY other.credit_code = :code::text DESC, similarity(other.legal_name, this.legal_name) DESC, other.id LIMIT :batch;

-- name: count_moving(employer_id)^
-- What an entry would bring along.
SELECT (SELECT count(*) FROM request WHERE employer_id = :employer_id) AS requests,
    (SELECT count(*) FROM booking JOIN activity ON activity.id = booking.activity_id JOIN request ON request.id = activity.request_id
        WHERE request.employer_id = :employer_id AND booking.state IN ('tentative', 'confirmed')) AS bookings,
    (SELECT count(*) FROM account WHERE employer_id = :employer_id) AS people,
    (SELECT count(*) FROM request_participant WHERE employer_id = :employer_id) AS participations;

-- name: list_clashes(from_id, into_id)
-- Places of the two at the same time: their people would have to be at both.
SELECT ours.title AS one_title, ours.reference AS one_reference, booking.starts_at AS one_starts_at,
    theirs.title AS other_title, theirs.reference AS other_reference, other.starts_at AS other_starts_at
FROM employer AS one_of CROSS JOIN employer AS other_of
JOIN booking_resource AS taken ON taken.resource_id = one_of.team_id AND taken.state IN ('tentative', 'confirmed', 'held')
JOIN booking_resource AS also ON also.resource_id = other_of.team_id AND also.state IN ('tentative', 'confirmed', 'held')
    AND also.span && taken.span AND also.activity_id <> taken.activity_id
    AND (also.request_id <> taken.request_id OR (also.state <> 'held' AND taken.state <> 'held'))
JOIN booking ON booking.id = taken.booking_id
JOIN booking AS other ON other.id = also.booking_id
JOIN request AS ours ON ours.id = taken.request_id
JOIN request AS theirs ON theirs.id = also.request_id
WHERE one_of.id = :from_id AND other_of.id = :into_id
ORDER BY booking.starts_at, ours.id, theirs.id LIMIT 100;

-- name: move_requests(from_id, into_id)!
-- Its requests are the other entry's.
UPDATE request SET employer_id = :into_id, row_version = row_version + 1 WHERE employer_id = :from_id;

-- name: drop_doubled_parts(from_id, into_id)!
-- Nobody takes part twice, nor in their own request.
DELETE FROM request_participant AS part USING request
WHERE request.id = part.request_id AND (
    (part.employer_id = :from_id AND (request.employer_id = :into_id OR EXISTS (SELECT FROM request_participant AS known
        WHERE known.request_id = part.request_id AND known.employer_id = :into_id)))
    OR (part.employer_id = :into_id AND request.employer_id = :into_id));

-- name: move_strikes(from_id, into_id)!
-- What counted against it counts against the other entry.
UPDATE strike SET employer_id = :into_id WHERE employer_id = :from_id;

-- name: move_parts(from_id, into_id)!
-- It takes part as the other entry.
UPDATE request_participant SET employer_id = :into_id, row_version = row_version + 1 WHERE employer_id = :from_id;

-- name: move_exhibits(from_id, into_id)!
-- At fairs it stands as the other entry; where that one is too, as a division of it.
UPDATE exhibitor AS one SET credit_code = kept.credit_code, legal_name = kept.legal_name, name_en = kept.name_en,
    row_version = one.row_version + 1,
    division = CASE WHEN EXISTS (SELECT FROM exhibitor AS known WHERE known.fair_id = one.fair_id
            AND known.credit_code = kept.credit_code AND known.division = one.division)
        THEN left(trim(gone.legal_name || ' ' || one.division), 60) ELSE one.division END
FROM employer AS gone, employer AS kept
WHERE gone.id = :from_id AND kept.id = :into_id AND one.credit_code = gone.credit_code;

-- name: drop_doubled_teams(from_team, into_team)!
-- Where both entries' people were, they are once.
WITH doubled AS (
    DELETE FROM activity_team USING activity_team AS known
    WHERE activity_team.team_id = :from_team AND known.activity_id = activity_team.activity_id AND known.team_id = :into_team
)
DELETE FROM booking_resource USING booking_resource AS known
WHERE booking_resource.resource_id = :from_team AND known.booking_id = booking_resource.booking_id AND known.resource_id = :into_team;

-- name: move_teams(from_team, into_team)!
-- Its people are the other entry's people; a clash violates the constraint of all promises.
WITH moved AS (UPDATE activity_team SET team_id = :into_team WHERE team_id = :from_team)
UPDATE booking_resource SET resource_id = :into_team WHERE resource_id = :from_team;

-- name: move_people(from_id, into_id)!
-- Its accounts, invitations, claims and handovers.
WITH accounts AS (UPDATE account SET employer_id = :into_id, row_version = row_version + 1 WHERE employer_id = :from_id),
invitations AS (UPDATE employer_invitation AS asked SET employer_id = :into_id WHERE employer_id = :from_id
    AND (state <> 'open' OR NOT EXISTS (SELECT FROM employer_invitation AS known
        WHERE known.employer_id = :into_id AND known.email = asked.email AND known.state = 'open'))),
claims AS (UPDATE employer_claim SET employer_id = :into_id WHERE employer_id = :from_id)
UPDATE handover SET employer_id = :into_id WHERE employer_id = :from_id;

-- name: move_scan(from_id, into_id)!
-- Its scan, where the other entry has none.
UPDATE licence_scan SET employer_id = :into_id WHERE employer_id = :from_id
    AND NOT EXISTS (SELECT FROM licence_scan AS known WHERE known.employer_id = :into_id);

-- name: close_entry(from_id, into_id, merged_by, now)!
-- The entry is gone, and its id tells where it went; so do those that had gone into it.
WITH earlier AS (UPDATE employer_merge SET into_id = :into_id WHERE into_id = :from_id),
kept AS (INSERT INTO employer_merge (from_id, into_id, legal_name, credit_code, merged_by, merged_at)
    SELECT id, :into_id, legal_name, credit_code, :merged_by, :now FROM employer WHERE id = :from_id)
DELETE FROM employer WHERE id = :from_id;
