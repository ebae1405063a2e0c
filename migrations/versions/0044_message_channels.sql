-- Where else events are told. Times are real ones: other people's servers know no business time.
CREATE TABLE message_channel (
    id            uuid PRIMARY KEY DEFAULT uuidv7(),
    kind          text NOT NULL CONSTRAINT message_channel_kind_known CHECK (kind IN ('wecom_robot', 'webhook')),
    name          text NOT NULL,
    address       text NOT NULL, -- of a robot the key is part of it: never shown whole
    secret        text NOT NULL DEFAULT '', -- signs what a webhook is sent; never shown
    topics        text[] NOT NULL,
    locale        text NOT NULL,
    state         text NOT NULL DEFAULT 'active' CONSTRAINT message_channel_state_known CHECK (state IN ('active', 'paused')),
    -- How often in a row, and since when, it was not taken, and what was said last.
    failures      integer NOT NULL DEFAULT 0,
    failing_since timestamptz,
    last_error    text NOT NULL DEFAULT '',
    next_attempt_at timestamptz, -- null: at once
    -- Attempts of the last minute, for limits of a robot.
    posted_at     timestamptz[] NOT NULL DEFAULT '{}',
    row_version   integer NOT NULL DEFAULT 1,
    CONSTRAINT message_channel_webhook_signs CHECK ((kind = 'webhook') = (secret <> ''))
);

-- What a channel is told, in the order of the events; nothing overtakes what waits before it.
CREATE TABLE channel_post (
    id          uuid PRIMARY KEY DEFAULT uuidv7(),
    channel_id  uuid NOT NULL REFERENCES message_channel ON DELETE CASCADE,
    event_id    bigint NOT NULL REFERENCES event,
    state       text NOT NULL DEFAULT 'due' CONSTRAINT channel_post_state_known CHECK (state IN ('due', 'sent', 'dropped')),
    attempts    integer NOT NULL DEFAULT 0,
    ended_at    timestamptz,
    CONSTRAINT channel_post_once UNIQUE (channel_id, event_id)
);
CREATE INDEX channel_post_due ON channel_post (channel_id, event_id) WHERE state = 'due';
