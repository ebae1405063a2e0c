-- Standing: tentative and confirmed. Occupying: those and held, which is a timed offer of exactly this placement.
ALTER TABLE booking DROP CONSTRAINT booking_state_known, ADD CONSTRAINT booking_state_known
    CHECK (state IN ('tentative', 'confirmed', 'held', 'released'));
ALTER TABLE booking_resource DROP CONSTRAINT booking_resource_state_known, ADD CONSTRAINT booking_resource_state_known
    CHECK (state IN ('tentative', 'confirmed', 'held', 'released'));

CREATE TABLE offer (
    id           uuid PRIMARY KEY DEFAULT uuidv7(),
    request_id   uuid NOT NULL REFERENCES request ON DELETE CASCADE,
    number       integer NOT NULL CONSTRAINT offer_number_positive CHECK (number > 0),
    origin       text NOT NULL CONSTRAINT offer_origin_known CHECK (origin IN
        ('refusal', 'release', 'counter', 'amendment', 'waitlist', 'alternatives', 'swap', 'replacement')),
    placements   jsonb NOT NULL, -- a placement for each activity that it is about
    moves        jsonb NOT NULL DEFAULT '[]', -- activities of others that have to move for it
    cost         double precision NOT NULL DEFAULT 0, -- what it gives up of the wish, in the engine's points
    costs        text[] NOT NULL DEFAULT '{}', -- and in which respects
    state        text NOT NULL DEFAULT 'open' CONSTRAINT offer_state_known CHECK (state IN
        ('open', 'accepted', 'declined', 'expired', 'withdrawn', 'lost')),
    held         boolean NOT NULL, -- whether bookings keep its placements until then
    held_until   timestamptz NOT NULL,
    note         text NOT NULL DEFAULT '',
    made_by      uuid REFERENCES account,
    made_at      timestamptz NOT NULL,
    settled_by   uuid REFERENCES account,
    settled_at   timestamptz,
    settled_note text NOT NULL DEFAULT '',
    row_version  integer NOT NULL DEFAULT 1,
    CONSTRAINT offer_number_unique UNIQUE (request_id, number),
    CONSTRAINT offer_with_moves_is_not_held CHECK (NOT held OR moves = '[]'),
    CONSTRAINT offer_settled_has_time CHECK ((state = 'open') = (settled_at IS NULL))
);
CREATE INDEX offer_open ON offer (held_until) WHERE state = 'open';

ALTER TABLE booking
    ADD offer_id uuid REFERENCES offer,
    ADD held_until timestamptz, -- of what is held, or was until it made way; none once it is booked
    ADD answer_until timestamptz, -- of a tentative one: until when its owner answers
    ADD reminded_at timestamptz,
    ADD CONSTRAINT booking_held_has_end CHECK (state <> 'held' OR (held_until IS NOT NULL AND offer_id IS NOT NULL));
CREATE INDEX booking_by_offer ON booking (offer_id) WHERE offer_id IS NOT NULL;
CREATE INDEX booking_to_be_answered ON booking (answer_until) WHERE state = 'tentative' AND answer_until IS NOT NULL;
DROP INDEX booking_standing, booking_by_season_time;
-- Every look at an activity asks for its standing booking.
CREATE INDEX booking_standing ON booking (activity_id) WHERE state IN ('tentative', 'confirmed');
CREATE INDEX booking_by_season_time ON booking (season_id, starts_at) WHERE state IN ('tentative', 'confirmed');

-- A hold never clashes with placements of its own request, and always with others'.
ALTER TABLE activity ADD CONSTRAINT activity_key_with_request UNIQUE (id, request_id);
ALTER TABLE booking_resource ADD request_id uuid;
UPDATE booking_resource SET request_id = activity.request_id FROM activity WHERE activity.id = booking_resource.activity_id;
ALTER TABLE booking_resource
    ALTER request_id SET NOT NULL,
    ADD CONSTRAINT booking_resource_of_request FOREIGN KEY (activity_id, request_id) REFERENCES activity (id, request_id),
    ADD CONSTRAINT resource_already_held EXCLUDE USING gist (resource_id WITH =, request_id WITH <>, span WITH &&)
        WHERE (state IN ('tentative', 'confirmed', 'held')) DEFERRABLE INITIALLY IMMEDIATE;
CREATE INDEX booking_resource_held ON booking_resource USING gist (resource_id, span) WHERE state = 'held';

-- Holds of some resources whose time was over at a moment make way, in the order of their ids. Whoever calls has locked the
-- resources; requests and offers are not touched.
CREATE FUNCTION release_expired_holds(resources uuid[], moment timestamptz)
RETURNS TABLE (id uuid, season_id uuid, offer_id uuid) LANGUAGE sql AS $$
    WITH expired AS MATERIALIZED (
        SELECT booking.id FROM booking WHERE booking.state = 'held' AND booking.held_until <= moment
            AND booking.id IN (SELECT booking_id FROM booking_resource WHERE resource_id = ANY(resources) AND state = 'held')
        ORDER BY booking.id FOR UPDATE
    )
    UPDATE booking SET state = 'released' FROM expired WHERE booking.id = expired.id
    RETURNING booking.id, booking.season_id, booking.offer_id;
$$;

CREATE OR REPLACE FUNCTION closure_hits_no_booking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM resource WHERE id = NEW.resource_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT 1 FROM booking_resource WHERE resource_id = NEW.resource_id AND span && NEW.span
               AND state IN ('tentative', 'confirmed', 'held')) THEN
        RAISE EXCEPTION 'a booking stands in the closure' USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'closure_over_booking',
            TABLE = 'closure', DETAIL = NEW.resource_id::text;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER fact_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON offer
    FOR EACH STATEMENT EXECUTE FUNCTION note_fact_change();
