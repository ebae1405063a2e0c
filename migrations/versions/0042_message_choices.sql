-- Addresses of which something is known, whoever's they are: recipients need no account. Written in small letters.
CREATE TABLE mail_address (
    id          uuid PRIMARY KEY DEFAULT uuidv7(),
    address     text NOT NULL CONSTRAINT mail_address_unique UNIQUE,
    -- Real time. Since then a mail server says that it does not know the address; a message that it takes ends that.
    refused_at  timestamptz,
    refusal     text NOT NULL DEFAULT '',
    row_version integer NOT NULL DEFAULT 1
);

-- How messages of a kind reach an address, where that was chosen; `way_before` is what an undo goes back to.
CREATE TABLE message_choice (
    address_id uuid NOT NULL REFERENCES mail_address ON DELETE CASCADE,
    purpose    text NOT NULL,
    way        text NOT NULL CONSTRAINT message_choice_way_known CHECK (way IN ('at_once', 'digest', 'off')),
    way_before text NOT NULL DEFAULT 'at_once',
    PRIMARY KEY (address_id, purpose)
);
