-- What stands follows so close that the turnover has no room; as soon as that leaves, it gets what it lacks.
ALTER TABLE booking_resource ADD is_cut_short boolean NOT NULL DEFAULT false;
CREATE INDEX booking_resource_cut_short ON booking_resource (resource_id) WHERE is_cut_short AND state <> 'released';

-- Give what occupies some rooms and channels the turnovers of now, as far as nothing follows. Whoever calls has locked them.
CREATE FUNCTION renew_turnovers(resources uuid[]) RETURNS void LANGUAGE sql AS $$
    UPDATE booking_resource AS taken SET span = tstzrange(lower(taken.span), wanted.ends_at), is_cut_short = wanted.ends_at < wanted.full_end
    FROM (
        SELECT mine.booking_id, mine.resource_id, due.full_end,
            greatest(booking.ends_at, least(due.full_end,
                (SELECT min(lower(other.span)) FROM booking_resource AS other
                    WHERE other.resource_id = mine.resource_id AND other.state <> 'released' AND other.booking_id <> mine.booking_id
                        AND other.span && tstzrange(booking.ends_at, due.full_end) AND lower(other.span) >= booking.ends_at
                        AND (other.request_id <> mine.request_id
                            OR other.activity_id <> mine.activity_id AND other.state <> 'held' AND mine.state <> 'held')),
                (SELECT min(lower(closure.span)) FROM closure
                    WHERE closure.resource_id = mine.resource_id AND closure.span && tstzrange(booking.ends_at, due.full_end)
                        AND lower(closure.span) >= booking.ends_at AND NOT mine.activity_id = ANY(closure.exempt_activity_ids))
            )) AS ends_at
        FROM booking_resource AS mine
        JOIN booking ON booking.id = mine.booking_id
        JOIN activity ON activity.id = mine.activity_id
        LEFT JOIN room ON room.id = mine.resource_id
        LEFT JOIN channel ON channel.id = mine.resource_id
        LEFT JOIN resource_turnover AS turnover ON turnover.resource_id = mine.resource_id AND turnover.kind = activity.kind
        CROSS JOIN LATERAL (SELECT booking.ends_at
            + make_interval(mins => coalesce(turnover.minutes, room.turnover_minutes, channel.turnover_minutes, 0)) AS full_end) AS due
        WHERE mine.resource_id = ANY(resources) AND mine.state <> 'released'
    ) AS wanted
    WHERE taken.booking_id = wanted.booking_id AND taken.resource_id = wanted.resource_id
        AND (upper(taken.span), taken.is_cut_short) IS DISTINCT FROM (wanted.ends_at, wanted.ends_at < wanted.full_end);
$$;

-- At the end of the transaction, so that what only makes way for another booking in its place changes nothing.
CREATE FUNCTION booking_leaves_room_for_turnovers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lacking uuid[];
BEGIN
    SELECT array_agg(DISTINCT short.resource_id) INTO lacking FROM booking_resource AS short
    WHERE short.is_cut_short AND short.state <> 'released'
        AND short.resource_id IN (SELECT resource_id FROM booking_resource WHERE booking_id = NEW.id);
    IF lacking IS NOT NULL THEN
        PERFORM 1 FROM resource WHERE id = ANY(lacking) ORDER BY id FOR NO KEY UPDATE;
        PERFORM renew_turnovers(lacking);
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER booking_leaves_room_for_turnovers AFTER UPDATE ON booking DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.state <> 'released' AND NEW.state = 'released') EXECUTE FUNCTION booking_leaves_room_for_turnovers();

-- Turnovers may have been changed under bookings before this.
SELECT renew_turnovers(ARRAY(SELECT id FROM room UNION ALL SELECT id FROM channel));
