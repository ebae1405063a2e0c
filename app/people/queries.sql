-- name: lock_people(employer_id)$
-- Nobody else changes who acts for this employer until this transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended(:employer_id::uuid::text, 13));

-- name: list_people(employer_id, ended)
-- Who acts for an employer, the owner first, and of how many requests each is the contact.
SELECT person.account_id, person.display_name, person.email, person.phone, person.locale, person.is_owner,
    (SELECT count(*) FROM request LEFT JOIN account AS asked ON asked.id = request.contact_id
        WHERE request.employer_id = person.employer_id AND request.state <> ALL(:ended::text[])
            AND lower(coalesce(nullif(request.contact_email, ''), asked.email)) = person.email) AS open_requests
FROM employer_person AS person WHERE person.employer_id = :employer_id
ORDER BY person.is_owner DESC, person.display_name, person.account_id;

-- name: upsert_owner(employer_id, account_id, now)!
-- Who answers for an employer's people.
INSERT INTO employer_owner (employer_id, account_id, since) VALUES (:employer_id, :account_id, :now)
ON CONFLICT (employer_id) DO UPDATE SET account_id = excluded.account_id, since = excluded.since;

-- name: list_invitations(employer_id, invitation_id)
-- The open invitations of an employer, or one whatever became of it.
SELECT invitation.id, invitation.employer_id, invitation.email, invitation.locale, invitation.as_owner, invitation.state,
    account.display_name AS invited_by_name, invitation.invited_at, invitation.expires_at
FROM employer_invitation AS invitation LEFT JOIN account ON account.id = invitation.invited_by
WHERE (invitation.employer_id = :employer_id AND invitation.state = 'open') OR invitation.id = :invitation_id
ORDER BY invitation.invited_at;

-- name: insert_invitation(employer_id, email, locale, as_owner, invited_by, now, expires_at)$
-- Somebody is asked to act for an employer.
INSERT INTO employer_invitation (employer_id, email, locale, as_owner, invited_by, invited_at, expires_at)
VALUES (:employer_id, :email, :locale, :as_owner, :invited_by, :now, :expires_at)
RETURNING id;

-- name: end_invitations(invitation_ids, state)!
-- Invitations that were accepted or taken back.
UPDATE employer_invitation SET state = :state WHERE id = ANY(:invitation_ids::uuid[]) AND state = 'open';

-- name: lock_requests(employer_id, request_ids, email, ended)
-- Requests of an employer that go on, some or those of a contact, with whom they have now.
SELECT request.id, request.season_id, request.contact_name, request.contact_locale,
    lower(coalesce(nullif(request.contact_email, ''), asked.email, '')) AS contact_email,
    CASE WHEN request.contact_email = '' THEN asked.display_name END AS asked_name
FROM request LEFT JOIN account AS asked ON asked.id = request.contact_id
WHERE request.employer_id = :employer_id AND request.state <> ALL(:ended::text[])
    AND (request.id = ANY(:request_ids::uuid[])
        OR lower(coalesce(nullif(request.contact_email, ''), asked.email)) = :email::text)
ORDER BY request.id FOR UPDATE OF request;

-- name: update_contact(request_ids, account_id, name, email, phone, locale)!
-- Another contact; changes that are still being asked for keep it.
WITH asked AS (
    UPDATE amendment SET row_version = row_version + 1, wish = wish || jsonb_build_object('contact_name', :name::text,
        'contact_email', :email::text, 'contact_phone', :phone::text, 'contact_locale', :locale::text)
    WHERE request_id = ANY(:request_ids::uuid[]) AND state IN ('proposed', 'awaiting_approval')
)
UPDATE request SET contact_id = :account_id, contact_name = :name, contact_email = :email, contact_phone = :phone,
    contact_locale = :locale, row_version = row_version + 1
WHERE id = ANY(:request_ids::uuid[]);

-- name: insert_handover(employer_id, from_name, from_email, from_locale, to_account_id, now)$
-- From whom to whom requests go.
INSERT INTO handover (employer_id, from_name, from_email, from_locale, to_account_id, handed_at)
VALUES (:employer_id, :from_name, :from_email, :from_locale, :to_account_id, :now)
RETURNING id;
