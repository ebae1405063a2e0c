-- A swap (对调) is two offers with one number: each is the place of the other. Who agrees first waits for the other.
ALTER TABLE offer
    ADD swap_id uuid,
    ADD agreed_at timestamptz, -- of a swap: when its owner agreed, while the other has not answered
    ADD agreed_by uuid REFERENCES account,
    ADD CONSTRAINT offer_of_a_swap CHECK ((origin = 'swap') = (swap_id IS NOT NULL)),
    ADD CONSTRAINT offer_agreed_is_a_swap CHECK (agreed_at IS NULL OR swap_id IS NOT NULL);
CREATE INDEX offer_by_swap ON offer (swap_id) WHERE swap_id IS NOT NULL;

-- Open offers of swaps that cannot be done any more: the other one has ended, or the place that it would take is not there.
CREATE VIEW offer_without_its_swap AS
SELECT offer.id FROM offer
JOIN offer AS twin ON twin.swap_id = offer.swap_id AND twin.id <> offer.id
WHERE offer.state = 'open' AND (twin.state <> 'open' OR NOT EXISTS (
    SELECT 1 FROM booking WHERE booking.activity_id = (offer.moves -> 0 ->> 'activity_id')::uuid AND booking.state = 'confirmed'
        AND booking.starts_at = (offer.moves -> 0 -> 'old' ->> 'starts_at')::timestamptz));

-- Open offers whose time is over, or of which a hold had to make way, or whose swap cannot be done any more.
CREATE FUNCTION offers_over(moment timestamptz) RETURNS TABLE (id uuid, is_late boolean) LANGUAGE sql STABLE AS $$
    SELECT offer.id, offer.held_until <= moment FROM offer
    WHERE offer.state = 'open' AND (offer.held_until <= moment
        OR EXISTS (SELECT 1 FROM booking WHERE booking.offer_id = offer.id AND booking.state = 'released')
        OR offer.id IN (SELECT gone.id FROM offer_without_its_swap AS gone));
$$;

-- Whether an activity may begin at a moment by its own days and hours.
CREATE FUNCTION is_asked_for(activity uuid, starts_at timestamptz, minutes integer, zone text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT NOT EXISTS (SELECT 1 FROM activity_window AS wish WHERE wish.activity_id = activity)
        OR EXISTS (SELECT 1 FROM activity_window AS wish, LATERAL (SELECT starts_at AT TIME ZONE zone AS begins) AS local
            WHERE wish.activity_id = activity AND local.begins::date BETWEEN wish.first_day AND wish.last_day
                AND local.begins::time >= wish.from_time
                AND local.begins + make_interval(mins => minutes) <= local.begins::date + hours_end(wish.until_time));
$$;

-- Whether a room is large enough for an activity, has what it needs, and is where it may be.
CREATE FUNCTION room_suits(room room, people integer, rooms integer, booths integer, features text[], campuses uuid[], department uuid)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT room.capacity * rooms >= people AND room.booths >= booths AND room.features @> features
        AND (cardinality(campuses) = 0 OR room.campus_id = ANY(campuses))
        AND (room.department_id IS NULL OR room.department_id = department);
$$;
