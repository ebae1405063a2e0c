-- A fair (专场招聘会、双选会、组团招聘) is an activity while it is organised. Deadlines are days before it begins, so that they move with it.
CREATE TABLE fair (
    activity_id          uuid NOT NULL CONSTRAINT fair_pkey PRIMARY KEY CONSTRAINT fair_activity_fkey REFERENCES activity ON DELETE CASCADE,
    booths               integer NOT NULL CONSTRAINT fair_booths_possible CHECK (booths BETWEEN 0 AND 2000),
    introduction         text NOT NULL DEFAULT '',
    takes_applications   boolean NOT NULL DEFAULT true,
    answer_days          integer NOT NULL CONSTRAINT fair_answer_days_possible CHECK (answer_days BETWEEN 0 AND 60),
    remind_days          integer NOT NULL CONSTRAINT fair_remind_days_possible CHECK (remind_days BETWEEN 0 AND 90),
    opened_from          uuid CONSTRAINT fair_opened_from_fkey REFERENCES fair ON DELETE SET NULL,
    opened_by            uuid CONSTRAINT fair_opened_by_fkey REFERENCES account,
    opened_at            timestamptz NOT NULL,
    -- When and where its exhibitors were last told that it is; null: nowhere yet.
    told_starts_at       timestamptz,
    told_ends_at         timestamptz,
    told_room_ids        uuid[] NOT NULL DEFAULT '{}',
    ended_told           boolean NOT NULL DEFAULT false,
    row_version          integer NOT NULL DEFAULT 1
);
CREATE INDEX fair_opened_from ON fair (opened_from) WHERE opened_from IS NOT NULL;

-- 参展单位: a legal entity at a fair, by its credit code: it may not be registered yet when a list invites it.
CREATE TABLE exhibitor (
    id              uuid NOT NULL DEFAULT uuidv7() CONSTRAINT exhibitor_pkey PRIMARY KEY,
    fair_id         uuid NOT NULL CONSTRAINT exhibitor_fair_fkey REFERENCES fair ON DELETE CASCADE,
    credit_code     text NOT NULL CONSTRAINT exhibitor_code_form CHECK (credit_code ~ '^[0-9A-Z]{18}$'),
    legal_name      text NOT NULL CONSTRAINT exhibitor_name_not_empty CHECK (legal_name <> ''),
    name_en         text NOT NULL DEFAULT '',
    division        text NOT NULL DEFAULT '', -- 部门、分公司: a second entry of one code is one of these
    shares_with     uuid CONSTRAINT exhibitor_shares_fkey REFERENCES exhibitor ON DELETE SET NULL,
    state           text NOT NULL CONSTRAINT exhibitor_state_known CHECK (state IN (
        'invited', 'applied', 'accepted', 'waitlisted', 'declined', 'withdrawn', 'refused', 'checked_in', 'no_show')),
    state_note      text NOT NULL DEFAULT '',
    contact_name    text NOT NULL DEFAULT '',
    contact_email   text NOT NULL DEFAULT '',
    contact_phone   text NOT NULL DEFAULT '',
    contact_locale  text NOT NULL DEFAULT 'zh-CN' CONSTRAINT exhibitor_locale_known CHECK (contact_locale IN ('zh-CN', 'en')),
    posts           jsonb NOT NULL DEFAULT '[]',
    needs_power     boolean NOT NULL DEFAULT false,
    wishes          text[] NOT NULL DEFAULT '{}', -- names of booths
    remark          text NOT NULL DEFAULT '',
    own_team        boolean NOT NULL DEFAULT false, -- other people come than to the employer's other activities
    invited_at      timestamptz,
    reminded_at     timestamptz,
    answered_at     timestamptz,
    queued_at       timestamptz, -- since when it waits; whoever waits longest is next
    held_until      timestamptz, -- from the waitlist: a booth is kept for it until then
    agreed_starts_at timestamptz, -- the time to which it said yes; another one is asked for again
    row_version     integer NOT NULL DEFAULT 1,
    takes_booth     boolean NOT NULL GENERATED ALWAYS AS (
        shares_with IS NULL AND (state IN ('accepted', 'checked_in', 'no_show') OR state = 'invited' AND held_until IS NOT NULL)) STORED,
    CONSTRAINT exhibitor_once UNIQUE (fair_id, credit_code, division),
    CONSTRAINT exhibitor_shares_with_another CHECK (shares_with <> id),
    CONSTRAINT exhibitor_waits_since CHECK ((state = 'waitlisted') = (queued_at IS NOT NULL)),
    CONSTRAINT exhibitor_held_is_invited CHECK (held_until IS NULL OR state = 'invited')
);
CREATE INDEX exhibitor_of_code ON exhibitor (credit_code);
CREATE INDEX exhibitor_shares ON exhibitor (shares_with) WHERE shares_with IS NOT NULL;
CREATE INDEX exhibitor_held ON exhibitor (held_until) WHERE held_until IS NOT NULL;

-- Who comes; deleted some days after the fair like all visitors.
CREATE TABLE exhibitor_person (
    exhibitor_id uuid NOT NULL CONSTRAINT exhibitor_person_exhibitor_fkey REFERENCES exhibitor ON DELETE CASCADE,
    ordinal      integer NOT NULL,
    name         text NOT NULL CONSTRAINT exhibitor_person_name_not_empty CHECK (name <> ''),
    phone        text NOT NULL DEFAULT '',
    plate        text NOT NULL DEFAULT '',
    CONSTRAINT exhibitor_person_pkey PRIMARY KEY (exhibitor_id, ordinal)
);

-- A fair promises no more booths than it has, whoever writes.
CREATE FUNCTION keep_to_booths() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    concerned uuid := CASE TG_TABLE_NAME WHEN 'fair' THEN (to_jsonb(NEW) ->> 'activity_id')::uuid ELSE (to_jsonb(NEW) ->> 'fair_id')::uuid END;
BEGIN
    PERFORM 1 FROM fair WHERE activity_id = concerned FOR NO KEY UPDATE;
    IF (SELECT count(*) FROM exhibitor WHERE fair_id = concerned AND takes_booth)
        > (SELECT booths FROM fair WHERE activity_id = concerned) THEN
        RAISE EXCEPTION 'a fair has no more booths than these' USING ERRCODE = '23514', CONSTRAINT = 'fair_has_so_many_booths';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_to_booths_of_fair AFTER UPDATE OF booths ON fair
    FOR EACH ROW WHEN (NEW.booths < OLD.booths) EXECUTE FUNCTION keep_to_booths();
CREATE TRIGGER keep_to_booths_of_new_exhibitors AFTER INSERT ON exhibitor
    FOR EACH ROW WHEN (NEW.takes_booth) EXECUTE FUNCTION keep_to_booths();
-- Not for each of 800 that only stand elsewhere: each would count all others.
CREATE TRIGGER keep_to_booths_of_exhibitors AFTER UPDATE ON exhibitor
    FOR EACH ROW WHEN (NEW.takes_booth AND NOT OLD.takes_booth) EXECUTE FUNCTION keep_to_booths();

-- A fair with when and where it is, and whose it is; a step that was dropped, or is to be something else now, is a fair that
-- is called off.
CREATE VIEW fair_line AS
SELECT fair.activity_id AS id, request.id AS request_id, request.season_id, request.reference, request.title,
    CASE WHEN activity.status = 'active' AND activity.kind IN ('department_fair', 'two_way_fair', 'joint_session')
        THEN request.state ELSE 'cancelled' END AS request_state,
    activity.kind, activity.audience, activity.attendance, request.owner_kind, request.department_id, request.employer_id AS owner_employer_id,
    owner.name_zh AS owner_name_zh, owner.name_en AS owner_name_en,
    fair.booths, fair.introduction, fair.takes_applications, fair.answer_days, fair.remind_days, fair.opened_from, fair.row_version,
    booking.id AS booking_id, booking.state AS booking_state, booking.starts_at, booking.ends_at,
    ARRAY(SELECT room.id FROM booking_resource AS taken JOIN room ON room.id = taken.resource_id
        WHERE taken.booking_id = booking.id ORDER BY room.id) AS room_ids,
    place.rooms_zh, place.rooms_en, place.campus_zh, place.campus_en
FROM fair JOIN activity ON activity.id = fair.activity_id JOIN request ON request.id = activity.request_id
JOIN request_owner AS owner ON owner.request_id = request.id
LEFT JOIN booking ON booking.activity_id = activity.id AND booking.state IN ('tentative', 'confirmed')
LEFT JOIN LATERAL booking_place(booking.id) AS place ON true;

-- A hall of a fair with its own copy of the room's plan; `sectors`: industries that stand here and nowhere else.
CREATE TABLE fair_hall (
    id          uuid NOT NULL DEFAULT uuidv7() CONSTRAINT fair_hall_pkey PRIMARY KEY,
    fair_id     uuid NOT NULL CONSTRAINT fair_hall_fair_fkey REFERENCES fair ON DELETE CASCADE,
    room_id     uuid NOT NULL CONSTRAINT fair_hall_room_fkey REFERENCES room,
    rows        text[] NOT NULL CONSTRAINT fair_hall_rows CHECK (cardinality(rows) BETWEEN 1 AND 100 AND array_to_string(rows, '') ~ '^[BP.#D]+$'),
    names       text[] NOT NULL,
    cell_cm     integer NOT NULL,
    naming      text NOT NULL,
    sectors     text[] NOT NULL DEFAULT '{}',
    row_version integer NOT NULL DEFAULT 1,
    CONSTRAINT fair_hall_once UNIQUE (fair_id, room_id),
    CONSTRAINT fair_hall_of_fair UNIQUE (id, fair_id)
);
ALTER TABLE exhibitor
    ADD hall_id uuid,
    ADD booth text, -- a booth's name in that hall
    ADD pinned boolean NOT NULL DEFAULT false, -- assignments leave it where it is
    ADD crowd smallint CONSTRAINT exhibitor_crowd_possible CHECK (crowd BETWEEN 0 AND 10), -- null: by its posts
    ADD apart_from uuid[] NOT NULL DEFAULT '{}', -- exhibitors that never stand beside it
    ADD told_booth text NOT NULL DEFAULT '', -- hall and booth as it was last told
    ADD CONSTRAINT exhibitor_hall_fkey FOREIGN KEY (hall_id, fair_id) REFERENCES fair_hall (id, fair_id),
    ADD CONSTRAINT exhibitor_booth_in_hall CHECK ((hall_id IS NULL) = (booth IS NULL)),
    ADD CONSTRAINT exhibitor_pinned_somewhere CHECK (NOT pinned OR booth IS NOT NULL);
-- One exhibitor stands in a booth; who shares it has the booth of the other.
CREATE UNIQUE INDEX exhibitor_booth_once ON exhibitor (hall_id, booth) WHERE booth IS NOT NULL;

-- Booths as the engine would give them: proposed with score and bound, kept by somebody who looked at it.
CREATE TABLE booth_run (
    id           uuid NOT NULL DEFAULT uuidv7() CONSTRAINT booth_run_pkey PRIMARY KEY,
    fair_id      uuid NOT NULL CONSTRAINT booth_run_fair_fkey REFERENCES fair ON DELETE CASCADE,
    state        text NOT NULL CONSTRAINT booth_run_state_known CHECK (state IN ('queued', 'running', 'finished', 'failed', 'kept', 'dropped')),
    moves        integer,
    seconds      integer NOT NULL,
    score        integer,
    bound        integer,
    goals        jsonb NOT NULL DEFAULT '[]',
    placed       jsonb NOT NULL DEFAULT '{}', -- [hall, booth] by exhibitor
    moved        uuid[] NOT NULL DEFAULT '{}',
    basis        text NOT NULL DEFAULT '', -- what it was worked out from: kept only where that still holds
    reason       text NOT NULL DEFAULT '', -- why there is none
    who          uuid[] NOT NULL DEFAULT '{}',
    asked_by     uuid CONSTRAINT booth_run_asked_by_fkey REFERENCES account,
    asked_at     timestamptz NOT NULL,
    finished_at  timestamptz,
    heartbeat_at timestamptz
);
CREATE INDEX booth_run_of_fair ON booth_run (fair_id, asked_at);
CREATE UNIQUE INDEX booth_run_one_active ON booth_run (fair_id) WHERE state IN ('queued', 'running');

-- An exhibitor with what is known of its employer, if it is registered, and where it stands.
CREATE VIEW exhibitor_line AS
SELECT exhibitor.*, employer.id AS employer_id, employer.team_id, employer.state AS employer_state,
    coalesce(employer.industry_code, '') AS industry_code, coalesce(employer.size_class, '') AS size_class,
    coalesce(host.hall_id, exhibitor.hall_id) AS stands_in, coalesce(host.booth, exhibitor.booth, '') AS stands_at,
    coalesce((SELECT jsonb_agg(jsonb_build_object('name', person.name, 'phone', person.phone, 'plate', person.plate) ORDER BY person.ordinal)
        FROM exhibitor_person AS person WHERE person.exhibitor_id = exhibitor.id), '[]') AS people
FROM exhibitor LEFT JOIN employer ON employer.credit_code = exhibitor.credit_code
LEFT JOIN exhibitor AS host ON host.id = exhibitor.shares_with;
