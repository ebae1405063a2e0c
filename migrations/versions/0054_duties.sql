-- The rooms that a step asks for by name; empty: any that suit. A department's rooms are given to others only so.
ALTER TABLE activity ADD asked_room_ids uuid[] NOT NULL DEFAULT '{}';
CREATE INDEX activity_asked_rooms ON activity USING gin (asked_room_ids) WHERE cardinality(asked_room_ids) > 0;
CREATE INDEX activity_asks_for_rooms ON activity (request_id) WHERE cardinality(asked_room_ids) > 0;

-- Whether a room is one of those that an activity asks for, or it asks for none and may be in this one.
CREATE FUNCTION room_is_open(room room, asked_for uuid[], department uuid) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN cardinality(asked_for) > 0 THEN room.id = ANY(asked_for)
        ELSE room.department_id IS NULL OR room.department_id IS NOT DISTINCT FROM department END;
$$;

-- Whether a room is large enough for an activity, has what it needs, and is where it may be.
CREATE FUNCTION room_suits(
    room room, people integer, rooms integer, booths integer, features text[], campuses uuid[], asked_for uuid[], department uuid
) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT room.capacity * rooms >= people AND room.booths >= booths AND room.features @> features
        AND (cardinality(campuses) = 0 OR room.campus_id = ANY(campuses))
        AND room_is_open(room, asked_for, department);
$$;

-- 教职工: may nothing but their duties.
ALTER TABLE account
    DROP CONSTRAINT account_role_known,
    ADD CONSTRAINT account_role_known CHECK (role IN ('employer_contact', 'staff', 'department_staff', 'organiser', 'administrator'));

-- 职责: what widens somebody's role, of what, from which day to which; the deputy has it while they are away.
CREATE TABLE duty (
    id            uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT duty_pkey PRIMARY KEY,
    kind          text NOT NULL CONSTRAINT duty_kind_known CHECK (kind IN ('approve')),
    account_id    uuid NOT NULL CONSTRAINT duty_account_fkey REFERENCES account,
    deputy_id     uuid CONSTRAINT duty_deputy_fkey REFERENCES account,
    department_id uuid CONSTRAINT duty_department_fkey REFERENCES department,
    room_id       uuid CONSTRAINT duty_room_fkey REFERENCES room,
    first_day     date NOT NULL,
    last_day      date NOT NULL,
    note          text NOT NULL DEFAULT '',
    granted_by    uuid CONSTRAINT duty_granted_by_fkey REFERENCES account,
    granted_at    timestamptz NOT NULL,
    row_version   integer NOT NULL DEFAULT 1,
    CONSTRAINT duty_of_one_thing CHECK (num_nonnulls(department_id, room_id) = 1),
    CONSTRAINT duty_days_in_order CHECK (first_day <= last_day),
    CONSTRAINT duty_deputy_is_another CHECK (deputy_id <> account_id)
);
CREATE INDEX duty_account ON duty (account_id);
CREATE INDEX duty_deputy ON duty (deputy_id) WHERE deputy_id IS NOT NULL;
CREATE INDEX duty_department ON duty (department_id) WHERE department_id IS NOT NULL;
CREATE INDEX duty_room ON duty (room_id) WHERE room_id IS NOT NULL;

-- Days on which somebody is away.
CREATE TABLE absence (
    id         uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT absence_pkey PRIMARY KEY,
    account_id uuid NOT NULL CONSTRAINT absence_account_fkey REFERENCES account,
    first_day  date NOT NULL,
    last_day   date NOT NULL,
    CONSTRAINT absence_days_in_order CHECK (first_day <= last_day)
);
CREATE INDEX absence_account ON absence (account_id, last_day);

-- What a department decides and books by itself where the season's rule is not its own.
CREATE TABLE department_limit (
    department_id uuid NOT NULL CONSTRAINT department_limit_pkey PRIMARY KEY CONSTRAINT department_limit_department_fkey REFERENCES department,
    kinds         text[] NOT NULL,
    people        integer NOT NULL CONSTRAINT department_limit_people_positive CHECK (people > 0),
    booths        integer NOT NULL CONSTRAINT department_limit_booths_not_negative CHECK (booths >= 0),
    row_version   integer NOT NULL DEFAULT 1
);

-- Who has a duty on a day: whoever was given it, and their deputy while they are away.
CREATE FUNCTION duties_on(day date) RETURNS TABLE (account_id uuid, duty_id uuid, kind text, department_id uuid, room_id uuid)
LANGUAGE sql STABLE AS $$
    SELECT duty.account_id, duty.id, duty.kind, duty.department_id, duty.room_id FROM duty
    WHERE day BETWEEN duty.first_day AND duty.last_day
    UNION ALL
    SELECT duty.deputy_id, duty.id, duty.kind, duty.department_id, duty.room_id FROM duty
    WHERE day BETWEEN duty.first_day AND duty.last_day AND duty.deputy_id IS NOT NULL
        AND EXISTS (SELECT FROM absence WHERE absence.account_id = duty.account_id AND day BETWEEN absence.first_day AND absence.last_day);
$$;

-- A request with the rooms that it asks for, where all its steps ask for rooms and for nothing else, and whose they are.
CREATE OR REPLACE VIEW request_line AS
SELECT request.id, request.season_id, request.reference, request.owner_kind, request.employer_id, request.department_id,
    owner.name_zh AS owner_name_zh, owner.name_en AS owner_name_en, owner.small_or_medium,
    request.title, request.contact_id, request.contact_name, request.contact_email, request.contact_phone,
    request.contact_locale, request.notice_text, request.remark, request.weight, request.weight_reason,
    setter.display_name AS weight_set_by_name, request.state, request.state_reason, request.state_note,
    request.submitted_at, request.row_version, request.created_at, request.filed_at,
    coalesce(asked.room_ids, '{}') AS asked_room_ids, asked.host_id
FROM request
JOIN request_owner AS owner ON owner.request_id = request.id
LEFT JOIN account AS setter ON setter.id = request.weight_set_by
LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT room.id) AS room_ids,
        CASE WHEN bool_and(room.department_id IS NOT NULL) THEN min(room.department_id::text)::uuid END AS host_id
    FROM activity LEFT JOIN LATERAL unnest(activity.asked_room_ids) AS named (room_id) ON true LEFT JOIN room ON room.id = named.room_id
    WHERE activity.request_id = request.id AND activity.status = 'active' AND EXISTS (SELECT FROM activity AS naming
        WHERE naming.request_id = request.id AND cardinality(naming.asked_room_ids) > 0)
    HAVING bool_and(room.id IS NOT NULL AND NOT activity.needs_channel)
) AS asked ON true;

INSERT INTO code_entry (code_table, code, name_zh, name_en, ordinal)
VALUES ('request_refusal', 'place_given', '所申请的场地已安排给其他活动', 'The place was given to another activity', 6) ON CONFLICT DO NOTHING;
