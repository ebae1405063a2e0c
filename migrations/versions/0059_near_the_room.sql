-- The rooms that a change asks for, where all its steps ask for rooms and for nothing else; and since when it waits.
ALTER TABLE amendment ADD asked_room_ids uuid[] NOT NULL DEFAULT '{}', ADD waits_since timestamptz;

-- The department that all of some rooms are of.
CREATE FUNCTION host_of(rooms uuid[]) RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN count(department_id) = count(*) AND count(DISTINCT department_id) = 1 THEN min(department_id::text)::uuid END
    FROM room WHERE id = ANY(rooms);
$$;

-- Who has a duty on a day: whoever was given it, and their deputy while they are away or their account is closed.
CREATE OR REPLACE FUNCTION duties_on(day date) RETURNS TABLE (account_id uuid, duty_id uuid, kind text, department_id uuid, room_id uuid)
LANGUAGE sql STABLE AS $$
    SELECT duty.account_id, duty.id, duty.kind, duty.department_id, duty.room_id
    FROM duty JOIN account AS holder ON holder.id = duty.account_id
    WHERE day BETWEEN duty.first_day AND duty.last_day AND holder.disabled_at IS NULL
    UNION ALL
    SELECT duty.deputy_id, duty.id, duty.kind, duty.department_id, duty.room_id
    FROM duty JOIN account AS holder ON holder.id = duty.account_id JOIN account AS deputy ON deputy.id = duty.deputy_id
    WHERE day BETWEEN duty.first_day AND duty.last_day AND deputy.disabled_at IS NULL AND (holder.disabled_at IS NOT NULL
        OR EXISTS (SELECT FROM absence WHERE absence.account_id = duty.account_id AND day BETWEEN absence.first_day AND absence.last_day));
$$;

-- Who has the duty to decide about all of some rooms on a day.
CREATE FUNCTION deciders_of(rooms uuid[], day date) RETURNS TABLE (account_id uuid) LANGUAGE sql STABLE AS $$
    SELECT held.account_id FROM duties_on(day) AS held WHERE held.kind = 'approve' AND cardinality(rooms) > 0
    GROUP BY held.account_id
    HAVING bool_or(held.department_id = host_of(rooms))
        OR rooms <@ coalesce(array_agg(held.room_id) FILTER (WHERE held.room_id IS NOT NULL), '{}');
$$;

-- The same duty is given once in the same days. Two at once could both be written until now: the earlier one stays, with the days of both.
ALTER TABLE duty ADD ended_at timestamptz;
UPDATE duty SET ended_at = last_day::timestamptz WHERE last_day < (SELECT now() + make_interval(secs => offset_seconds) FROM business_clock)::date;
UPDATE duty SET first_day = least(duty.first_day, other.first_day), last_day = greatest(duty.last_day, other.last_day)
FROM duty AS other
WHERE duty.ended_at IS NULL AND other.ended_at IS NULL AND (duty.granted_at, duty.id) < (other.granted_at, other.id)
    AND other.account_id = duty.account_id AND other.kind = duty.kind
    AND coalesce(other.department_id, other.room_id) = coalesce(duty.department_id, duty.room_id)
    AND other.first_day <= duty.last_day AND other.last_day >= duty.first_day;
DELETE FROM duty USING duty AS other
WHERE duty.ended_at IS NULL AND other.ended_at IS NULL AND (other.granted_at, other.id) < (duty.granted_at, duty.id)
    AND other.account_id = duty.account_id AND other.kind = duty.kind
    AND coalesce(other.department_id, other.room_id) = coalesce(duty.department_id, duty.room_id)
    AND other.first_day <= duty.last_day AND other.last_day >= duty.first_day;
ALTER TABLE duty ADD CONSTRAINT duty_once EXCLUDE USING gist (account_id WITH =, kind WITH =, coalesce(department_id, room_id) WITH =,
    daterange(first_day, last_day, '[]') WITH &&) WHERE (ended_at IS NULL);
