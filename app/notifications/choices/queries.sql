-- name: list_choices(addresses)
-- What was chosen for some addresses.
SELECT mail_address.address, choice.purpose, choice.way
FROM message_choice AS choice JOIN mail_address ON mail_address.id = choice.address_id
WHERE mail_address.address = ANY(:addresses::text[]);

-- name: find_address(address)^
-- What is known of an address.
SELECT id, refused_at, row_version FROM mail_address WHERE address = :address;

-- name: lock_address(address)^
-- An address until this transaction ends; from now on it is known.
INSERT INTO mail_address (address) VALUES (:address)
ON CONFLICT ON CONSTRAINT mail_address_unique DO UPDATE SET address = excluded.address
RETURNING id, refused_at, row_version;

-- name: put_choices(address_id, purposes, ways)!
-- Choose how some kinds come; what was chosen before is kept for an undo. What is off waits for no digest any more.
WITH versioned AS (UPDATE mail_address SET row_version = row_version + 1 WHERE id = :address_id RETURNING address), dropped AS (
    DELETE FROM digest_line USING versioned, unnest(:purposes::text[], :ways::text[]) AS chosen (purpose, way)
    WHERE digest_line.recipient = versioned.address AND digest_line.digest_id IS NULL
        AND digest_line.purpose = chosen.purpose AND chosen.way = 'off'
)
INSERT INTO message_choice (address_id, purpose, way, way_before)
SELECT :address_id, chosen.purpose, chosen.way, chosen.way
FROM unnest(:purposes::text[], :ways::text[]) AS chosen (purpose, way)
ON CONFLICT (address_id, purpose) DO UPDATE SET way = excluded.way,
    way_before = CASE WHEN excluded.way = 'off' THEN CASE WHEN message_choice.way = 'off' THEN message_choice.way_before ELSE message_choice.way END ELSE excluded.way END;

-- name: find_link_subject(delivery_id)^
-- Whose mail of which kind a link was in.
SELECT recipient, purpose FROM delivery WHERE id = :delivery_id;

-- name: list_ways_before(address_id)
-- How kinds that are turned off came before.
SELECT purpose, way_before FROM message_choice WHERE address_id = :address_id AND way = 'off';
