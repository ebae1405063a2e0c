-- name: insert_deliveries(event_ids, purposes, activity_ids, recipients, locales, message_domain)!
-- One row for each event and recipient, but for those that wait for a digest; those that are there stay. The Message-ID is made once, here.
WITH wanted AS MATERIALIZED (
    SELECT uuidv7() AS id, told.*
    FROM unnest(:event_ids::bigint[], :purposes::text[], :activity_ids::uuid[], :recipients::text[], :locales::text[])
        AS told (event_id, purpose, activity_id, recipient, locale)
)
INSERT INTO delivery (id, event_id, purpose, activity_id, recipient, locale, message_id)
SELECT id, event_id, purpose, activity_id, recipient, locale, '<' || id || '@' || :message_domain::text || '>'
FROM wanted
WHERE NOT EXISTS (SELECT FROM digest_line AS line WHERE line.event_id = wanted.event_id AND line.recipient = lower(wanted.recipient))
ON CONFLICT ON CONSTRAINT delivery_once_per_event_and_recipient DO NOTHING;

-- name: count_due(most)$
-- How many messages have their next attempt due; no more are counted than asked for.
SELECT count(*) FROM (SELECT FROM delivery WHERE state = 'due' AND next_attempt_at <= now() LIMIT :most) AS due;

-- name: take_due(batch, lease_seconds)
-- Lock for this connection the next messages whose attempt has come, the longest waiting first, and give them. A message
-- about an activity comes after the earlier ones about it to the same recipient. Nobody else gets them until they are
-- unlocked, which the end of a killed sender does too. Rows are looked at and locked one by one until there are enough.
SELECT id, event_id, recipient, locale, purpose, activity_id, message_id, attempts, created_at
FROM (SELECT * FROM delivery WHERE state = 'due' AND next_attempt_at <= now() ORDER BY next_attempt_at, id OFFSET 0) AS due
WHERE CASE WHEN EXISTS (
    SELECT FROM delivery AS earlier
    WHERE earlier.activity_id = due.activity_id AND earlier.recipient = due.recipient AND earlier.event_id < due.event_id
        AND earlier.state NOT IN ('sent', 'failed')
        AND (earlier.next_attempt_at <= now() OR earlier.claimed_at > now() - make_interval(secs => :lease_seconds))
) THEN false ELSE pg_try_advisory_lock(hashtextextended(id::text, 9)) END
LIMIT :batch;

-- name: reserve_sendings(delivery_ids, rate_limit)$
-- How many of some messages this minute still has room for; the strictest of their seasons says how many it has.
WITH allowed AS (
    SELECT cardinality(:delivery_ids::uuid[]) AS wanted, coalesce(min((policy.value #>> '{}')::integer), :rate_limit) AS most
    FROM delivery JOIN event ON event.id = delivery.event_id
    JOIN season_policy AS policy ON policy.season_id = event.season_id AND policy.name = 'smtp_messages_per_minute'
    WHERE delivery.id = ANY(:delivery_ids::uuid[])
)
INSERT INTO rate_limit (bucket, window_start, hits) SELECT 'smtp', date_trunc('minute', now()), least(wanted, most) FROM allowed
ON CONFLICT (bucket, window_start) DO UPDATE
    SET hits = (SELECT greatest(rate_limit.hits, least(most, rate_limit.hits + wanted)) FROM allowed)
RETURNING new.hits - coalesce(old.hits, 0);

-- name: mark_sent_and_claim(sent_ids, reached, wanted_ids, lease_seconds)
-- The server has taken some messages, so their addresses are known to it; others, which this connection has locked, may arrive from here on. A killed
-- sender's claim stays, and the next one counts that the message may have arrived already.
WITH sent AS (
    UPDATE delivery SET state = 'sent', sent_at = now(), last_error = '' WHERE id = ANY(:sent_ids::uuid[])
), reached AS (
    UPDATE mail_address SET refused_at = NULL, refusal = '' WHERE address = ANY(:reached::text[]) AND refused_at IS NOT NULL
)
UPDATE delivery SET attempts = attempts + 1, repeats = repeats + (claimed_at IS NOT NULL)::integer,
    claimed_at = now(), next_attempt_at = now() + make_interval(secs => :lease_seconds)
WHERE id = ANY(:wanted_ids::uuid[]) AND state = 'due' AND next_attempt_at <= now()
RETURNING id, repeats;

-- name: mark_failed(delivery_id, error)!
-- It is not tried any more. A claim that is still there stays, so that sending it again by hand counts that.
UPDATE delivery SET state = 'failed', last_error = :error WHERE id = :delivery_id AND state = 'due';

-- name: mark_deferred(delivery_ids, error, delay_seconds)!
-- Not now. Claims stay: some killed sender's message may have arrived, and the next claim counts that.
UPDATE delivery SET last_error = :error, next_attempt_at = now() + make_interval(secs => :delay_seconds)
WHERE id = ANY(:delivery_ids::uuid[]) AND state = 'due';

-- name: mark_not_taken(delivery_id)!
-- The claim came to an end: the server surely has not taken the message.
UPDATE delivery SET claimed_at = NULL WHERE id = :delivery_id;

-- name: lock_delivery(delivery_id)^
-- One message, until this transaction ends.
SELECT state, recipient FROM delivery WHERE id = :delivery_id FOR UPDATE;

-- name: mark_due(delivery_id)!
-- Send a refused message again, as the same message.
UPDATE delivery SET state = 'due', attempts = 0, next_attempt_at = now() WHERE id = :delivery_id;

-- name: list_deliveries(states, purpose, season_id, search, before, batch)
-- Messages, the newest first.
SELECT delivery.id, delivery.state, delivery.purpose, delivery.recipient, delivery.locale, delivery.attempts, delivery.repeats,
    delivery.last_error, delivery.created_at, delivery.next_attempt_at, delivery.sent_at, delivery.message_id,
    delivery.event_id, delivery.activity_id, event.season_id, request.id AS request_id, request.reference, request.title,
    mail_address.refused_at IS NOT NULL AS address_refused
FROM delivery
JOIN event ON event.id = delivery.event_id
LEFT JOIN mail_address ON mail_address.address = lower(delivery.recipient)
LEFT JOIN activity ON activity.id = delivery.activity_id
LEFT JOIN request ON request.id = coalesce(activity.request_id, event.subject_id)
WHERE (:states::text[] IS NULL OR delivery.state = ANY(:states))
    AND (:purpose::text IS NULL OR delivery.purpose = :purpose)
    AND (:season_id::uuid IS NULL OR event.season_id = :season_id)
    AND (:search::text IS NULL OR normalize(delivery.recipient, NFKC) ILIKE :search OR normalize(request.reference, NFKC) ILIKE :search OR normalize(request.title, NFKC) ILIKE :search)
    AND (:before::uuid IS NULL OR delivery.id < :before)
ORDER BY delivery.id DESC LIMIT :batch;

-- name: list_unreached(request_ids)
-- The requests whose contact's mail server takes no messages for it, with the address and since when.
SELECT request.id AS request_id, coalesce(nullif(request.contact_email, ''), account.email) AS address, mail_address.refused_at
FROM request LEFT JOIN account ON account.id = request.contact_id
JOIN mail_address ON mail_address.address = lower(coalesce(nullif(request.contact_email, ''), account.email))
WHERE request.id = ANY(:request_ids::uuid[]) AND mail_address.refused_at IS NOT NULL;

-- name: count_deliveries(season_id)
-- How many messages are in each state, and how many may have arrived twice.
SELECT delivery.state, count(*) AS messages, coalesce(sum(delivery.repeats), 0) AS repeats
FROM delivery JOIN event ON event.id = delivery.event_id
WHERE :season_id::uuid IS NULL OR event.season_id = :season_id
GROUP BY delivery.state;

-- name: list_activity_recipients(activity_ids)
-- Who is told of an activity: the owner's staff for fairs and guidance events, else the request's contact;
-- where there is nobody of that kind, the owner's other people, so that no message is without a reader.
WITH wanted AS (
    SELECT activity.id AS activity_id, activity.kind IN ('department_fair', 'two_way_fair', 'guidance_event') AS for_staff,
        request.owner_kind, request.employer_id, request.department_id, request.contact_id, request.contact_email,
        request.contact_locale
    FROM activity JOIN request ON request.id = activity.request_id
    WHERE activity.id = ANY(:activity_ids::uuid[])
), staff AS (
    SELECT wanted.activity_id, account.email, account.locale
    FROM wanted JOIN account ON account.disabled_at IS NULL AND (
        (wanted.owner_kind = 'employer' AND account.employer_id = wanted.employer_id)
        OR (wanted.owner_kind = 'department' AND account.department_id = wanted.department_id)
        OR (wanted.owner_kind = 'career_centre' AND account.role IN ('organiser', 'administrator')))
), contact AS (
    SELECT wanted.activity_id, named.email, coalesce(known.locale, named.locale) AS locale
    FROM wanted
    LEFT JOIN account AS own ON own.id = wanted.contact_id AND own.disabled_at IS NULL
    CROSS JOIN LATERAL (SELECT coalesce(nullif(wanted.contact_email, ''), own.email) AS email,
        CASE WHEN wanted.contact_email = '' THEN own.locale ELSE wanted.contact_locale END AS locale) AS named
    LEFT JOIN account AS known ON known.email = lower(named.email)
    WHERE named.email IS NOT NULL
), ranked AS (
    SELECT activity_id, for_staff::integer AS rank, email, locale FROM contact JOIN wanted USING (activity_id)
    UNION ALL
    SELECT activity_id, 1 - for_staff::integer AS rank, email, locale FROM staff JOIN wanted USING (activity_id)
)
SELECT DISTINCT ON (ranked.activity_id, lower(ranked.email)) ranked.activity_id, ranked.email, ranked.locale
FROM ranked JOIN (SELECT activity_id, min(rank) AS rank FROM ranked GROUP BY activity_id) AS best USING (activity_id, rank)
ORDER BY ranked.activity_id, lower(ranked.email), ranked.locale;

-- name: list_participants(request_ids)
-- The other employers that take part in some requests.
SELECT request_id, array_agg(employer_id ORDER BY employer_id) AS employer_ids FROM request_participant
WHERE request_id = ANY(:request_ids::uuid[]) AND state = 'accepted' GROUP BY request_id;

-- name: list_employer_recipients(employer_ids)
-- Who is told of an employer: its accounts, else the contacts of its requests.
WITH accounts AS (
    SELECT employer_id, email, locale FROM account WHERE employer_id = ANY(:employer_ids::uuid[]) AND disabled_at IS NULL
)
SELECT employer_id, email, locale FROM accounts
UNION
SELECT DISTINCT ON (employer_id, lower(contact_email)) employer_id, contact_email, contact_locale FROM request
WHERE employer_id = ANY(:employer_ids::uuid[]) AND contact_email <> ''
    AND NOT EXISTS (SELECT 1 FROM accounts WHERE accounts.employer_id = request.employer_id);

-- name: list_deciders()
-- Who decides: the organisers, where there is none the administrators.
SELECT email, locale FROM account WHERE disabled_at IS NULL AND role = coalesce(
    (SELECT max(role) FROM account WHERE disabled_at IS NULL AND role = 'organiser'), 'administrator')
ORDER BY email;

-- name: list_account_facts(account_ids)
-- Accounts as letters to them need them.
SELECT id, email, locale, display_name FROM account WHERE id = ANY(:account_ids::uuid[]) AND disabled_at IS NULL;

-- name: list_duty_facts(duty_ids)
-- Duties as letters name them: what they are about, and their days.
SELECT duty.id, coalesce(department.name_zh, room.name_zh) AS name_zh,
    coalesce(nullif(department.name_en, ''), nullif(room.name_en, ''), department.name_zh, room.name_zh) AS name_en,
    duty.first_day, duty.last_day
FROM duty LEFT JOIN department ON department.id = duty.department_id LEFT JOIN room ON room.id = duty.room_id
WHERE duty.id = ANY(:duty_ids::uuid[]);

-- name: list_askers(blocking_ids)
-- Who asked for some blockings; where that account is closed, the others of the house, so that no message is without a reader.
SELECT blocking.id, account.email, account.locale FROM blocking
JOIN account AS asker ON asker.id = blocking.asked_by
JOIN account ON account.disabled_at IS NULL AND CASE WHEN asker.disabled_at IS NULL THEN account.id = asker.id
    WHEN blocking.department_id IS NULL THEN account.role IN ('organiser', 'administrator')
    ELSE account.role = 'department_staff' AND account.department_id = blocking.department_id END
WHERE blocking.id = ANY(:blocking_ids::uuid[]) ORDER BY blocking.id, account.email;

-- name: list_blocked(blocking_ids)
-- What some blockings are about; a reason that the school has no more is told by its code.
SELECT blocking.id, coalesce(room.name_zh, channel.name_zh) AS place_zh, coalesce(room.name_en, channel.name_en) AS place_en,
    blocking.first_day, blocking.last_day, blocking.from_time, blocking.until_time,
    coalesce(entry.name_zh, blocking.reason_code) AS reason_zh, coalesce(entry.name_en, blocking.reason_code) AS reason_en,
    blocking.note, instead.name_zh AS instead_zh, instead.name_en AS instead_en
FROM blocking
LEFT JOIN room ON room.id = blocking.resource_id
LEFT JOIN channel ON channel.id = blocking.resource_id
LEFT JOIN room AS instead ON instead.id = blocking.instead_id
LEFT JOIN code_entry AS entry ON entry.code_table = 'closure' AND entry.code = blocking.reason_code
WHERE blocking.id = ANY(:blocking_ids::uuid[]);

-- name: list_centre()
-- The people of the career centre.
SELECT email, locale, role FROM account WHERE role IN ('organiser', 'administrator') AND disabled_at IS NULL ORDER BY email;

-- name: list_employer_facts(employer_ids)
-- Employers as letters name them.
SELECT id, legal_name AS name_zh, coalesce(nullif(name_en, ''), legal_name) AS name_en, suspended_until
FROM employer WHERE id = ANY(:employer_ids::uuid[]);

-- name: list_request_facts(request_ids)
-- Requests as letters name them.
SELECT request.id, request.reference, request.title, request.series_id, request.series_day, season.name_zh AS season_name_zh, season.name_en AS season_name_en,
    owner.name_zh AS owner_name_zh, owner.name_en AS owner_name_en
FROM request
JOIN season ON season.id = request.season_id
JOIN request_owner AS owner ON owner.request_id = request.id
WHERE request.id = ANY(:request_ids::uuid[]);

-- name: list_itineraries(request_ids)
-- The activities of some requests, each with its standing booking (a confirmed one before a tentative one); those that are
-- no steps of it any more are told of as well.
SELECT activity.id, activity.request_id, activity.ordinal, activity.status = 'active' AS is_step, activity.kind, activity.attendance, standing.state, standing.starts_at, standing.ends_at,
    coalesce((SELECT trim(host_name || ' ' || host_phone) FROM campus_entry WHERE campus_entry.activity_id = activity.id), '') AS host,
    EXISTS (SELECT 1 FROM visitor WHERE visitor.activity_id = activity.id) AS has_visitors,
    coalesce((SELECT array_agg(resource_id) FROM booking_resource WHERE booking_id = standing.id), '{}') AS resource_ids,
    (SELECT min(first_day) FROM activity_window WHERE activity_id = activity.id) AS first_day,
    (SELECT max(last_day) FROM activity_window WHERE activity_id = activity.id) AS last_day,
    (SELECT min(from_time) FROM activity_window WHERE activity_id = activity.id HAVING count(DISTINCT (from_time, until_time)) = 1) AS from_time,
    (SELECT max(until_time) FROM activity_window WHERE activity_id = activity.id HAVING count(DISTINCT (from_time, until_time)) = 1) AS until_time
FROM activity
LEFT JOIN LATERAL (SELECT id, state, starts_at, ends_at FROM booking
    WHERE booking.activity_id = activity.id AND booking.state IN ('tentative', 'confirmed')
    ORDER BY booking.state LIMIT 1) AS standing ON true
WHERE activity.request_id = ANY(:request_ids::uuid[]) ORDER BY activity.request_id, activity.ordinal;

-- name: list_activity_ids(request_ids)
-- The activities of some requests.
SELECT request_id AS id, array_agg(id ORDER BY ordinal) AS activity_ids FROM activity
WHERE request_id = ANY(:request_ids::uuid[]) AND status = 'active' GROUP BY request_id;

-- name: list_rooms(resource_ids)
-- Rooms as letters name them.
SELECT room.id, room.code, room.name_zh, room.name_en, campus.name_zh AS campus_name_zh, campus.name_en AS campus_name_en
FROM room JOIN campus ON campus.id = room.campus_id WHERE room.id = ANY(:resource_ids::uuid[]) ORDER BY room.code;

-- name: list_channels(resource_ids)
-- Channels as letters name them.
SELECT id, name_zh, name_en, url FROM channel WHERE id = ANY(:resource_ids::uuid[]);

-- name: list_reasons(codes)
-- What reason codes mean; each is written `table/code`.
SELECT code_table || '/' || code AS code, name_zh, name_en FROM code_entry
WHERE code_table || '/' || code = ANY(:codes::text[]);

-- name: list_explanations(version_ids, request_ids)
-- Why versions do not place requests.
SELECT unplaced.version_id, unplaced.request_id, unplaced.explanation
FROM version_unplaced AS unplaced
JOIN unnest(:version_ids::uuid[], :request_ids::uuid[]) AS wanted (version_id, request_id)
    ON wanted.version_id = unplaced.version_id AND wanted.request_id = unplaced.request_id;

-- name: list_answers_due(request_ids)
-- Until when the owners of requests answer what is kept for them.
SELECT activity.request_id, min(booking.answer_until) AS answer_until
FROM booking JOIN activity ON activity.id = booking.activity_id
WHERE activity.request_id = ANY(:request_ids::uuid[]) AND booking.state = 'tentative' AND booking.answer_until IS NOT NULL
GROUP BY activity.request_id;

-- name: list_invitation_facts(invitation_ids)
-- Invitations to act for an employer that still hold.
SELECT invitation.id, invitation.email, invitation.locale, coalesce(account.display_name, '') AS invited_by, invitation.expires_at
FROM employer_invitation AS invitation LEFT JOIN account ON account.id = invitation.invited_by
WHERE invitation.id = ANY(:invitation_ids::uuid[]) AND invitation.state = 'open';

-- name: list_handover_facts(handover_ids)
-- From whom to whom requests went; who has an account is told in its language.
SELECT handover.id, handover.from_name, handover.from_email, coalesce(old.locale, handover.from_locale) AS from_locale,
    account.email AS to_email, account.locale AS to_locale, account.display_name AS to_name
FROM handover JOIN account ON account.id = handover.to_account_id
LEFT JOIN account AS old ON old.email = handover.from_email
WHERE handover.id = ANY(:handover_ids::uuid[]);

-- name: list_owner_recipients(employer_ids)
-- Who answers for the people of employers.
SELECT employer_id, email, locale FROM employer_person WHERE employer_id = ANY(:employer_ids::uuid[]) AND is_owner;
