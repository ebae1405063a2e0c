-- name: insert_fair(activity_id, booths, introduction, takes_applications, answer_days, remind_days, opened_from, opened_by, now)$
-- Organise an activity as a fair; nothing where it is one already.
INSERT INTO fair (activity_id, booths, introduction, takes_applications, answer_days, remind_days, opened_from, opened_by, opened_at,
    told_starts_at, told_ends_at)
VALUES (:activity_id, :booths, :introduction, :takes_applications, :answer_days, :remind_days, :opened_from, :opened_by, :now, NULL, NULL)
ON CONFLICT DO NOTHING RETURNING activity_id;

-- name: find_fair(fair_id)^
-- One fair.
SELECT * FROM fair_line WHERE id = :fair_id;

-- name: list_fairs(season_id, department_id)
-- The fairs of a season, of all or of one department, by time; those without a place last.
SELECT * FROM fair_line WHERE season_id = :season_id AND (:department_id::uuid IS NULL OR department_id = :department_id)
ORDER BY starts_at NULLS LAST, title, id;

-- name: list_earlier_fairs(department_id, all_of_them)
-- Fairs to open another one from: the own, and those of others that everybody may know of; the own and the latest first.
SELECT * FROM fair_line WHERE :all_of_them OR department_id IS NOT DISTINCT FROM :department_id::uuid
    OR request_state IN ('scheduled', 'took_place')
ORDER BY department_id IS NOT DISTINCT FROM :department_id::uuid DESC, starts_at DESC NULLS LAST, title LIMIT 200;

-- name: list_open_fairs(season_id, now)
-- Fairs to which an employer can apply: with a place or not yet, called off by nobody, and not begun.
SELECT * FROM fair_line WHERE season_id = :season_id AND takes_applications
    AND request_state IN ('approved', 'scheduled') AND (starts_at IS NULL OR starts_at > :now)
ORDER BY starts_at NULLS LAST, title, id;

-- name: list_organisable(season_id, department_id, kinds)
-- Activities of the kinds of fairs that nobody organises as a fair yet, of all or of one department.
SELECT activity.id, request.title, request.reference, activity.kind, booking.starts_at
FROM activity JOIN request ON request.id = activity.request_id
LEFT JOIN booking ON booking.activity_id = activity.id AND booking.state IN ('tentative', 'confirmed')
WHERE request.season_id = :season_id AND activity.status = 'active' AND activity.kind = ANY(:kinds::text[])
    AND request.state IN ('submitted', 'returned', 'approved', 'waitlisted', 'scheduled')
    AND (:department_id::uuid IS NULL OR request.department_id = :department_id)
    AND NOT EXISTS (SELECT FROM fair WHERE fair.activity_id = activity.id)
ORDER BY booking.starts_at NULLS LAST, request.title LIMIT 500;

-- name: lock_fair(fair_id)$
-- Nobody else gives booths of this fair, nor moves its request or changes a fact of its season, until this transaction ends:
-- season, request, fair, always in this order.
WITH season AS MATERIALIZED (
    SELECT pg_advisory_xact_lock_shared(hashtextextended(request.season_id::text, 8))
    FROM request JOIN activity ON activity.request_id = request.id WHERE activity.id = :fair_id
), locked AS MATERIALIZED (
    SELECT request.id FROM request JOIN activity ON activity.request_id = request.id
    WHERE activity.id = :fair_id AND EXISTS (SELECT 1 FROM season) FOR UPDATE OF request
)
SELECT activity_id FROM fair WHERE activity_id = :fair_id AND EXISTS (SELECT 1 FROM locked) FOR NO KEY UPDATE;

-- name: update_fair(fair_id, booths, introduction, takes_applications, answer_days, remind_days)!
-- Say something else about a fair.
UPDATE fair SET booths = :booths, introduction = :introduction, takes_applications = :takes_applications,
    answer_days = :answer_days, remind_days = :remind_days, row_version = row_version + 1 WHERE activity_id = :fair_id;

-- name: list_counts(fair_ids)
-- How many exhibitors of some fairs are in which state.
SELECT fair_id, count(*) FILTER (WHERE state = 'invited') AS invited, count(*) FILTER (WHERE state = 'applied') AS applied,
    count(*) FILTER (WHERE state IN ('accepted', 'checked_in', 'no_show')) AS accepted,
    count(*) FILTER (WHERE state = 'waitlisted') AS waitlisted, count(*) FILTER (WHERE state = 'declined') AS declined,
    count(*) FILTER (WHERE state = 'withdrawn') AS withdrawn, count(*) FILTER (WHERE state = 'refused') AS refused,
    count(*) FILTER (WHERE takes_booth) AS booths_taken
FROM exhibitor WHERE fair_id = ANY(:fair_ids::uuid[]) GROUP BY fair_id;

-- name: list_exhibitors(fair_id)
-- The exhibitors of a fair: those to be decided first, then by name.
SELECT * FROM exhibitor_line WHERE fair_id = :fair_id
ORDER BY array_position(ARRAY['applied', 'waitlisted', 'invited', 'accepted', 'checked_in', 'no_show', 'declined', 'withdrawn', 'refused'], state),
    queued_at, legal_name, division;

-- name: find_exhibitor(exhibitor_id)^
-- One exhibitor.
SELECT * FROM exhibitor_line WHERE id = :exhibitor_id;

-- name: list_of_codes(fair_id, credit_codes)
-- The entries of some legal entities at a fair, the first one first.
SELECT * FROM exhibitor_line WHERE fair_id = :fair_id AND credit_code = ANY(:credit_codes::text[]) ORDER BY division, id;

-- name: list_of_employer(season_id, employer_id)
-- Everywhere in a season where an employer is an exhibitor, by the time of the fair.
SELECT exhibitor_line.* FROM exhibitor_line JOIN fair_line ON fair_line.id = exhibitor_line.fair_id
WHERE exhibitor_line.employer_id = :employer_id AND fair_line.season_id = :season_id
ORDER BY fair_line.starts_at NULLS LAST, exhibitor_line.division;

-- name: insert_exhibitors(fair_id, credit_codes, legal_names, names_en, contact_names, contact_emails, contact_phones, contact_locales, state, invited_at)
-- Enter some legal entities, each once.
INSERT INTO exhibitor (fair_id, credit_code, legal_name, name_en, contact_name, contact_email, contact_phone, contact_locale, state, invited_at)
SELECT :fair_id, new.code, new.name, new.name_en, new.contact, new.email, new.phone, new.locale, :state, :invited_at
FROM unnest(:credit_codes::text[], :legal_names::text[], :names_en::text[], :contact_names::text[], :contact_emails::text[],
    :contact_phones::text[], :contact_locales::text[]) AS new (code, name, name_en, contact, email, phone, locale)
ON CONFLICT (fair_id, credit_code, division) DO NOTHING RETURNING id, credit_code;

-- name: insert_application(fair_id, credit_code, legal_name, name_en, division, shares_with, contact_locale)$
-- Enter an employer that applies.
INSERT INTO exhibitor (fair_id, credit_code, legal_name, name_en, division, shares_with, contact_locale, state)
VALUES (:fair_id, :credit_code, :legal_name, :name_en, :division, :shares_with, :contact_locale, 'applied') RETURNING id;

-- name: invite_again(exhibitor_ids, now)!
-- Ask those again who had declined or withdrawn.
UPDATE exhibitor SET state = 'invited', state_note = '', invited_at = :now, answered_at = NULL, reminded_at = NULL,
    agreed_starts_at = NULL, row_version = row_version + 1
WHERE id = ANY(:exhibitor_ids::uuid[]);

-- name: update_state(exhibitor_id, state, note, now, queued_at, held_until, agreed_starts_at)!
-- Move an exhibitor; whoever comes no more shares no booth.
UPDATE exhibitor SET state = :state, shares_with = CASE WHEN :state IN ('declined', 'withdrawn', 'refused') THEN NULL ELSE shares_with END,
    state_note = :note, answered_at = :now, queued_at = :queued_at, held_until = :held_until,
    agreed_starts_at = :agreed_starts_at, row_version = row_version + 1 WHERE id = :exhibitor_id;

-- name: agree_to_time(exhibitor_id, starts_at)!
-- An exhibitor comes at the fair's other time too.
UPDATE exhibitor SET agreed_starts_at = :starts_at, row_version = row_version + 1 WHERE id = :exhibitor_id;

-- name: update_participation(exhibitor_id, posts, needs_power, wishes, own_team, remark, contact_name, contact_email, contact_phone)!
-- What an exhibitor brings and wishes; a contact that it leaves out stays.
UPDATE exhibitor SET posts = :posts, needs_power = :needs_power, wishes = :wishes, own_team = :own_team, remark = :remark,
    contact_name = coalesce(nullif(:contact_name, ''), contact_name), contact_email = coalesce(nullif(:contact_email, ''), contact_email),
    contact_phone = coalesce(nullif(:contact_phone, ''), contact_phone), row_version = row_version + 1
WHERE id = :exhibitor_id;

-- name: delete_people(exhibitor_id)!
-- Nobody is named.
DELETE FROM exhibitor_person WHERE exhibitor_id = :exhibitor_id;

-- name: insert_people(exhibitor_id, first, names, phones, plates)!
-- Who comes, after those who are named already.
INSERT INTO exhibitor_person (exhibitor_id, ordinal, name, phone, plate)
SELECT :exhibitor_id, :first::integer + named.ordinal, named.name, named.phone, named.plate
FROM unnest(:names::text[], :phones::text[], :plates::text[]) WITH ORDINALITY AS named (name, phone, plate, ordinal);

-- name: pass_booth_on(exhibitor_id)
-- Whoever was accepted to share the booth of somebody who goes has it now; further ones share it with them. Where nobody
-- was, those who asked to share it ask for a booth of their own.
WITH heir AS (SELECT id FROM exhibitor WHERE shares_with = :exhibitor_id AND state IN ('accepted', 'checked_in') ORDER BY id LIMIT 1)
UPDATE exhibitor SET shares_with = nullif((SELECT id FROM heir), id), row_version = row_version + 1
WHERE shares_with = :exhibitor_id RETURNING id, coalesce(id = (SELECT id FROM heir), false) AS is_heir;

-- name: share_booth(exhibitor_id, shares_with)!
-- An exhibitor asks to share somebody's booth, or for one of its own.
UPDATE exhibitor SET shares_with = :shares_with WHERE id = :exhibitor_id;

-- name: delete_people_of_over(now, keep_days)!
-- Who came to fairs that are over for so many days as their season's rule says; one that never had a place is over with its
-- season.
DELETE FROM exhibitor_person USING exhibitor JOIN fair_line ON fair_line.id = exhibitor.fair_id
WHERE exhibitor.id = exhibitor_person.exhibitor_id
    AND coalesce(fair_line.ends_at, (SELECT max(ends_at) FROM booking WHERE booking.activity_id = fair_line.id),
            (SELECT season.last_day::timestamptz FROM season WHERE season.id = fair_line.season_id))
        + make_interval(days => coalesce((SELECT (policy.value #>> '{}')::integer FROM season_policy AS policy
            WHERE policy.season_id = fair_line.season_id AND policy.name = 'campus_entry_keep_days'), :keep_days)) < :now;

-- name: add_team(activity_id, team_id)!
-- The employer's people can be at one activity at a time, this fair among them; where it is booked, they are taken now.
WITH people AS (
    INSERT INTO activity_team (activity_id, team_id) VALUES (:activity_id, :team_id) ON CONFLICT DO NOTHING RETURNING activity_id, team_id
)
INSERT INTO booking_resource (booking_id, activity_id, request_id, resource_id, span, state)
SELECT booking.id, booking.activity_id, activity.request_id, people.team_id, tstzrange(booking.starts_at, booking.ends_at), booking.state
FROM people JOIN booking ON booking.activity_id = people.activity_id AND booking.state <> 'released'
JOIN activity ON activity.id = people.activity_id;

-- name: remove_team(activity_id, team_id)!
-- The employer's people are free again, unless they come to the fair otherwise.
WITH people AS (
    DELETE FROM activity_team WHERE activity_id = :activity_id AND team_id = :team_id
        AND NOT EXISTS (SELECT FROM exhibitor_line AS other WHERE other.fair_id = :activity_id AND other.team_id = :team_id
            AND other.state IN ('accepted', 'checked_in') AND NOT other.own_team)
        AND NOT EXISTS (SELECT FROM request_participant AS participant JOIN employer ON employer.id = participant.employer_id
            JOIN activity ON activity.request_id = participant.request_id
            WHERE activity.id = :activity_id AND employer.team_id = :team_id AND participant.state = 'accepted')
        AND NOT EXISTS (SELECT FROM request JOIN activity ON activity.request_id = request.id JOIN employer ON employer.id = request.employer_id
            WHERE activity.id = :activity_id AND employer.team_id = :team_id)
    RETURNING activity_id, team_id
)
DELETE FROM booking_resource USING people, booking
WHERE booking.id = booking_resource.booking_id AND booking.state <> 'released'
    AND booking_resource.activity_id = people.activity_id AND booking_resource.resource_id = people.team_id;

-- name: list_other_fairs(credit_code, fair_id)
-- Department fairs with a place at which an entity has a booth, but for this one.
SELECT fair_line.title, fair_line.starts_at FROM exhibitor JOIN fair_line ON fair_line.id = exhibitor.fair_id
WHERE exhibitor.credit_code = :credit_code AND exhibitor.fair_id <> :fair_id AND exhibitor.state IN ('accepted', 'checked_in')
    AND fair_line.kind = 'department_fair' AND fair_line.starts_at IS NOT NULL
ORDER BY fair_line.starts_at;

-- name: find_next_waiting(fair_id)$
-- Who waits longest for a booth of a fair.
SELECT id FROM exhibitor WHERE fair_id = :fair_id AND state = 'waitlisted' AND shares_with IS NULL ORDER BY queued_at, id LIMIT 1;

-- name: list_fairs_to_go_through(now)
-- Fairs with a booth that was kept for somebody until now, or with a free one for which somebody waits.
SELECT fair.activity_id AS id FROM fair
WHERE EXISTS (SELECT FROM exhibitor WHERE fair_id = fair.activity_id AND held_until <= :now)
    OR EXISTS (SELECT FROM exhibitor WHERE fair_id = fair.activity_id AND state = 'waitlisted')
        AND (SELECT count(*) FROM exhibitor WHERE fair_id = fair.activity_id AND takes_booth) < fair.booths;

-- name: list_expired(fair_id, now)
-- Those for whom a booth was kept until now.
SELECT id FROM exhibitor WHERE fair_id = :fair_id AND held_until <= :now ORDER BY held_until, id;

-- name: list_silent(now)
-- Invitations without an answer whose fairs begin so soon that they are reminded, once each, while they can be answered: a
-- day before that is due at the latest, and who was invited after that until the fair begins.
SELECT exhibitor.id, exhibitor.fair_id, fair_line.season_id FROM exhibitor JOIN fair_line ON fair_line.id = exhibitor.fair_id
WHERE exhibitor.state = 'invited' AND exhibitor.reminded_at IS NULL AND exhibitor.held_until IS NULL
    AND fair_line.request_state IN ('submitted', 'returned', 'approved', 'waitlisted', 'scheduled')
    AND fair_line.starts_at - make_interval(days => greatest(fair_line.remind_days, fair_line.answer_days + 1)) <= :now
    AND fair_line.starts_at > :now AND (fair_line.starts_at - make_interval(days => fair_line.answer_days) > :now
        OR exhibitor.invited_at >= fair_line.starts_at - make_interval(days => fair_line.answer_days))
    AND exhibitor.invited_at < :now - interval '1 day'
ORDER BY exhibitor.fair_id, exhibitor.id LIMIT 500 FOR NO KEY UPDATE OF exhibitor SKIP LOCKED;

-- name: mark_reminded(exhibitor_ids, now)!
-- They were reminded.
UPDATE exhibitor SET reminded_at = :now WHERE id = ANY(:exhibitor_ids::uuid[]);

-- name: list_moved()
-- Fairs that stand elsewhere than their exhibitors know, or are called off without their having been told; a place to which
-- whoever holds the fair has not said yes is told once they have.
SELECT fair.activity_id AS id FROM fair JOIN fair_line ON fair_line.id = fair.activity_id
WHERE NOT fair.ended_told AND (fair.told_starts_at, fair.told_ends_at, fair.told_room_ids)
        IS DISTINCT FROM (fair_line.starts_at, fair_line.ends_at, fair_line.room_ids) AND fair_line.booking_state IS DISTINCT FROM 'tentative'
    OR NOT fair.ended_told AND fair_line.request_state IN ('withdrawn', 'refused', 'cancelled', 'stopped', 'expired');

-- name: find_told(fair_id)^
-- What the exhibitors of a fair were last told.
SELECT told_starts_at, told_ends_at, ended_told, told_room_ids IS DISTINCT FROM fair_line.room_ids AS is_elsewhere
FROM fair JOIN fair_line ON fair_line.id = fair.activity_id WHERE activity_id = :fair_id;

-- name: mark_told(fair_id, starts_at, ends_at, ended)!
-- The exhibitors of a fair are told when and where it is, or that it is not held.
UPDATE fair SET told_starts_at = :starts_at, told_ends_at = :ends_at, ended_told = :ended,
    told_room_ids = (SELECT room_ids FROM fair_line WHERE id = :fair_id) WHERE activity_id = :fair_id;

-- name: list_by_codes(credit_codes)
-- Registered employers by their codes, with whether anybody can be written to.
SELECT employer.id, employer.credit_code, employer.legal_name, employer.name_en, employer.state,
    EXISTS (SELECT FROM account WHERE account.employer_id = employer.id AND account.disabled_at IS NULL) AS has_people
FROM employer WHERE employer.credit_code = ANY(:credit_codes::text[]);

-- name: list_by_ids(employer_ids)
-- Registered employers by their ids, with whether anybody can be written to.
SELECT employer.id, employer.credit_code, employer.legal_name, employer.name_en, employer.state,
    EXISTS (SELECT FROM account WHERE account.employer_id = employer.id AND account.disabled_at IS NULL) AS has_people
FROM employer WHERE employer.id = ANY(:employer_ids::uuid[]) AND employer.state = 'verified';

-- name: list_candidates(fair_id, department_id, majors, search)
-- Verified employers that are not at a fair yet: how often they were at fairs of this department, how many requests of
-- theirs there were, and how many of these met its majors; those that fit best first.
SELECT employer.id AS employer_id, employer.credit_code, employer.legal_name, employer.name_en, coalesce(employer.industry_code, '') AS industry_code,
    employer.size_class, coalesce(past.fairs, 0) AS fairs, coalesce(asked.requests, 0) AS requests, coalesce(asked.fits, 0) AS fits,
    EXISTS (SELECT FROM account WHERE account.employer_id = employer.id AND account.disabled_at IS NULL) AS has_address
FROM employer
LEFT JOIN LATERAL (SELECT count(*) AS fairs FROM exhibitor JOIN fair_line ON fair_line.id = exhibitor.fair_id
    WHERE exhibitor.credit_code = employer.credit_code AND exhibitor.state IN ('accepted', 'checked_in')
        AND fair_line.department_id IS NOT DISTINCT FROM :department_id::uuid) AS past ON true
LEFT JOIN LATERAL (SELECT count(DISTINCT request.id) AS requests, count(DISTINCT request.id) FILTER (
        WHERE activity.audience && :majors::text[] OR EXISTS (SELECT FROM recruitment_post AS post
            WHERE post.request_id = request.id AND post.majors && :majors::text[])) AS fits
    FROM request JOIN activity ON activity.request_id = request.id
    WHERE request.employer_id = employer.id AND request.state <> 'draft') AS asked ON true
WHERE employer.state = 'verified' AND NOT EXISTS (SELECT FROM exhibitor WHERE fair_id = :fair_id AND exhibitor.credit_code = employer.credit_code)
    AND (:search::text IS NULL OR normalize(employer.legal_name, NFKC) ILIKE :search OR normalize(employer.name_en, NFKC) ILIKE :search)
ORDER BY coalesce(past.fairs, 0) DESC, coalesce(asked.fits, 0) DESC, coalesce(asked.requests, 0) DESC, employer.legal_name LIMIT 300;

-- name: list_yes_of_unverified(employer_id)
-- Where an employer said yes before it was verified.
SELECT exhibitor_line.id, exhibitor_line.fair_id FROM exhibitor_line
WHERE exhibitor_line.employer_id = :employer_id AND exhibitor_line.state = 'applied' AND exhibitor_line.invited_at IS NOT NULL
ORDER BY exhibitor_line.fair_id, exhibitor_line.id;
