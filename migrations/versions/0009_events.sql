-- Outbox and audit log in one: who, what, when, why. Rows are never changed but for the relay's mark.
CREATE TABLE event (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    type          text NOT NULL,
    occurred_at   timestamptz NOT NULL, -- business time
    recorded_at   timestamptz NOT NULL DEFAULT now(), -- real time
    actor_id      uuid,
    season_id     uuid,
    subject_id    uuid,
    reason        text NOT NULL DEFAULT '',
    payload       jsonb NOT NULL DEFAULT '{}',
    relayed_at    timestamptz
);
CREATE INDEX event_unrelayed ON event (id) WHERE relayed_at IS NULL;
CREATE INDEX event_by_subject ON event (subject_id, id);
CREATE INDEX event_by_season ON event (season_id, id);
-- For events that were relayed a while ago and have no receipt.
CREATE INDEX event_by_relay ON event (relayed_at) WHERE relayed_at IS NOT NULL;

CREATE FUNCTION event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - 'relayed_at') IS DISTINCT FROM (to_jsonb(OLD) - 'relayed_at') THEN
        RAISE EXCEPTION 'events are never changed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'event_append_only';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER event_is_append_only BEFORE UPDATE OR DELETE ON event FOR EACH ROW EXECUTE FUNCTION event_is_append_only();

-- A subscriber's job has done its part for an event; without a receipt the event is driven again.
CREATE TABLE event_receipt (
    event_id     bigint NOT NULL REFERENCES event,
    job          text NOT NULL,
    received_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, job)
);

CREATE TABLE delivery (
    id            uuid PRIMARY KEY DEFAULT uuidv7(),
    event_id      bigint NOT NULL REFERENCES event,
    recipient     text NOT NULL,
    locale        text NOT NULL,
    purpose       text NOT NULL, -- confirmation, notice, verify_email, …: which template
    activity_id   uuid REFERENCES activity,
    message_id    text NOT NULL CONSTRAINT delivery_message_id_unique UNIQUE,
    state         text NOT NULL DEFAULT 'due' CONSTRAINT delivery_state_known CHECK (state IN ('due', 'sent', 'failed')),
    attempts      integer NOT NULL DEFAULT 0,
    last_error    text NOT NULL DEFAULT '',
    claimed_at    timestamptz,
    sent_at       timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now(),
    -- Real time. A claim moves it ahead too, so that what a dead worker had claimed is taken up again.
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    -- Claims that found an earlier claim without its mark: the message may have arrived then.
    repeats       integer NOT NULL DEFAULT 0,
    CONSTRAINT delivery_once_per_event_and_recipient UNIQUE (event_id, recipient),
    CONSTRAINT delivery_sent_has_time CHECK ((state = 'sent') = (sent_at IS NOT NULL))
);
CREATE INDEX delivery_not_sent ON delivery (state, created_at) WHERE state <> 'sent';
CREATE INDEX delivery_due ON delivery (next_attempt_at) WHERE state = 'due';
CREATE INDEX delivery_by_activity ON delivery (activity_id);
