CREATE SEQUENCE booking_sequence;

CREATE TABLE booking (
    id           uuid PRIMARY KEY DEFAULT uuidv7(),
    season_id    uuid NOT NULL REFERENCES season,
    activity_id  uuid NOT NULL REFERENCES activity,
    starts_at    timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL,
    state        text NOT NULL CONSTRAINT booking_state_known CHECK (state IN ('tentative', 'confirmed', 'released')),
    version_id   uuid REFERENCES schedule_version, -- the release that made it; null: made by hand
    made_by      uuid REFERENCES account,
    sequence     bigint NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL,
    CONSTRAINT booking_ends_after_start CHECK (ends_at > starts_at),
    CONSTRAINT booking_key_with_activity UNIQUE (id, activity_id)
);
CREATE UNIQUE INDEX booking_one_confirmed ON booking (activity_id) WHERE state = 'confirmed';
CREATE UNIQUE INDEX booking_one_tentative ON booking (activity_id) WHERE state = 'tentative';
CREATE INDEX booking_by_season_time ON booking (season_id, starts_at) WHERE state <> 'released';
CREATE INDEX booking_by_sequence ON booking (season_id, sequence);

CREATE TABLE booking_resource (
    booking_id   uuid NOT NULL,
    activity_id  uuid NOT NULL,
    resource_id  uuid NOT NULL REFERENCES resource,
    span         tstzrange NOT NULL CONSTRAINT booking_resource_span_not_empty CHECK (NOT isempty(span)),
    state        text NOT NULL CONSTRAINT booking_resource_state_known CHECK (state IN ('tentative', 'confirmed', 'released')),
    PRIMARY KEY (booking_id, resource_id),
    FOREIGN KEY (booking_id, activity_id) REFERENCES booking (id, activity_id) ON DELETE CASCADE,
    CONSTRAINT resource_already_taken EXCLUDE USING gist (resource_id WITH =, activity_id WITH <>, span WITH &&)
        WHERE (state IN ('tentative', 'confirmed')) DEFERRABLE INITIALLY IMMEDIATE
);
CREATE INDEX booking_resource_by_activity ON booking_resource (activity_id);

-- Writers share the season's lock; a reader that must see every sequence below the highest takes it alone
-- (season_booking_sequence below), so that no change can hide behind a number already read.
CREATE FUNCTION booking_takes_sequence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended(NEW.season_id::text, 8));
    NEW.sequence := nextval('booking_sequence');
    RETURN NEW;
END $$;
CREATE TRIGGER booking_takes_sequence BEFORE INSERT OR UPDATE ON booking
    FOR EACH ROW EXECUTE FUNCTION booking_takes_sequence();

CREATE FUNCTION season_booking_sequence(wanted_season uuid) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(wanted_season::text, 8));
    RETURN (SELECT coalesce(max(sequence), 0) FROM booking WHERE season_id = wanted_season);
END $$;

-- The resources of a booking always have its state.
CREATE FUNCTION booking_state_reaches_resources() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE booking_resource SET state = NEW.state WHERE booking_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER booking_state_reaches_resources AFTER UPDATE OF state ON booking
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION booking_state_reaches_resources();

-- A closure and a booking of one resource never overlap. Both sides lock the resource's row, so neither can miss the other.
CREATE FUNCTION booking_resource_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'released' THEN RETURN NEW; END IF;
    PERFORM 1 FROM resource WHERE id = NEW.resource_id FOR SHARE;
    IF EXISTS (SELECT 1 FROM closure WHERE resource_id = NEW.resource_id AND span && NEW.span) THEN
        RAISE EXCEPTION 'the resource is closed then' USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'resource_closed',
            TABLE = 'closure', DETAIL = NEW.resource_id::text;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER booking_resource_is_open BEFORE INSERT OR UPDATE OF span, state, resource_id ON booking_resource
    FOR EACH ROW EXECUTE FUNCTION booking_resource_is_open();

CREATE FUNCTION closure_hits_no_booking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM resource WHERE id = NEW.resource_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT 1 FROM booking_resource WHERE resource_id = NEW.resource_id AND span && NEW.span
               AND state IN ('tentative', 'confirmed')) THEN
        RAISE EXCEPTION 'a booking stands in the closure' USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'closure_over_booking',
            TABLE = 'closure', DETAIL = NEW.resource_id::text;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER closure_hits_no_booking BEFORE INSERT OR UPDATE ON closure
    FOR EACH ROW EXECUTE FUNCTION closure_hits_no_booking();
