-- The rooms that a step asks for by name; empty: any that suit. A department's rooms are given to others only so.
ALTER TABLE activity ADD asked_room_ids uuid[] NOT NULL DEFAULT '{}';
CREATE INDEX activity_room_ids ON activity USING gin (asked_room_ids) WHERE cardinality(asked_room_ids) > 0;

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
    ADD CONSTRAINT account_role_known CHECK (role IN ('employer_contact', 'staff', 'department_staff', 'organiser', 'administrator')),
    DROP CONSTRAINT account_department_fits_role,
    ADD CONSTRAINT account_department_fits_role
        CHECK (CASE role WHEN 'department_staff' THEN department_id IS NOT NULL WHEN 'staff' THEN true ELSE department_id IS NULL END);

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
