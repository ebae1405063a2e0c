CREATE TABLE request (
    id               uuid PRIMARY KEY DEFAULT uuidv7(),
    season_id        uuid NOT NULL REFERENCES season,
    reference        text NOT NULL, -- short, readable, unique within the season: on screens, in mails, in files
    owner_kind       text NOT NULL CONSTRAINT request_owner_kind_known CHECK (owner_kind IN ('employer', 'department', 'career_centre')),
    employer_id      uuid REFERENCES employer,
    department_id    uuid REFERENCES department,
    title            text NOT NULL CONSTRAINT request_title_not_empty CHECK (title <> ''),
    contact_id       uuid REFERENCES account,
    contact_name     text NOT NULL DEFAULT '',
    contact_email    text NOT NULL DEFAULT '',
    contact_phone    text NOT NULL DEFAULT '',
    contact_locale   text NOT NULL DEFAULT 'zh-CN' CONSTRAINT request_locale_known CHECK (contact_locale IN ('zh-CN', 'en')),
    notice_text      text NOT NULL DEFAULT '',
    remark           text NOT NULL DEFAULT '',
    key_group        boolean NOT NULL DEFAULT false, -- weight only; never leaves the organisers' screens
    weight           integer CONSTRAINT request_weight_range CHECK (weight BETWEEN 0 AND 10000), -- null: by policy
    weight_set_by    uuid REFERENCES account,
    weight_reason    text NOT NULL DEFAULT '',
    state            text NOT NULL DEFAULT 'draft' CONSTRAINT request_state_known CHECK (state IN
        ('draft', 'submitted', 'returned', 'approved', 'scheduled', 'took_place', 'refused', 'withdrawn',
         'waitlisted', 'cancelled', 'stopped', 'no_show')),
    state_reason     text NOT NULL DEFAULT '', -- a code of code_entry or of the engine
    state_note       text NOT NULL DEFAULT '',
    submitted_at     timestamptz,
    row_version      integer NOT NULL DEFAULT 1,
    created_at       timestamptz NOT NULL,
    CONSTRAINT request_reference_unique UNIQUE (season_id, reference),
    CONSTRAINT request_has_one_owner CHECK (
        (owner_kind = 'employer' AND employer_id IS NOT NULL AND department_id IS NULL)
        OR (owner_kind = 'department' AND department_id IS NOT NULL AND employer_id IS NULL)
        OR (owner_kind = 'career_centre' AND employer_id IS NULL AND department_id IS NULL)),
    CONSTRAINT request_submitted_has_time CHECK (state = 'draft' OR submitted_at IS NOT NULL)
);
CREATE INDEX request_by_state ON request (season_id, state);
CREATE INDEX request_by_employer ON request (employer_id) WHERE employer_id IS NOT NULL;
CREATE INDEX request_by_department ON request (department_id) WHERE department_id IS NOT NULL;

-- Other employers of a joint session or of an alliance.
CREATE TABLE request_participant (
    request_id   uuid NOT NULL REFERENCES request ON DELETE CASCADE,
    employer_id  uuid NOT NULL REFERENCES employer,
    PRIMARY KEY (request_id, employer_id)
);

CREATE TABLE activity (
    id                uuid PRIMARY KEY DEFAULT uuidv7(),
    request_id        uuid NOT NULL REFERENCES request ON DELETE CASCADE,
    ordinal           integer NOT NULL CONSTRAINT activity_ordinal_range CHECK (ordinal BETWEEN 1 AND 20),
    kind              text NOT NULL CONSTRAINT activity_kind_known CHECK (kind IN
        ('info_session', 'online_session', 'livestream', 'written_test', 'interview_block', 'workplace_experience',
         'department_fair', 'two_way_fair', 'joint_session', 'guidance_event')),
    attendance_mode   text NOT NULL CONSTRAINT activity_mode_known CHECK (attendance_mode IN ('on_site', 'online', 'hybrid')),
    attendance        integer NOT NULL CONSTRAINT activity_attendance_range CHECK (attendance BETWEEN 1 AND 100000),
    duration_minutes  integer NOT NULL CONSTRAINT activity_duration_range CHECK (duration_minutes BETWEEN 15 AND 840),
    rooms_needed      integer NOT NULL CONSTRAINT activity_rooms_range CHECK (rooms_needed BETWEEN 0 AND 20),
    booths            integer NOT NULL DEFAULT 0 CONSTRAINT activity_booths_range CHECK (booths BETWEEN 0 AND 2000),
    needs_channel     boolean NOT NULL,
    features          text[] NOT NULL DEFAULT '{}',
    campus_ids        uuid[] NOT NULL DEFAULT '{}', -- empty: any campus
    audience          text[] NOT NULL DEFAULT '{}', -- codes of majors; empty: everybody
    gap_after_previous_minutes integer NOT NULL DEFAULT 0 CONSTRAINT activity_gap_range CHECK (gap_after_previous_minutes BETWEEN 0 AND 10080),
    same_day_as_previous boolean NOT NULL DEFAULT false,
    invitation_sequence integer NOT NULL DEFAULT -1, -- iCalendar SEQUENCE of the last message about it
    CONSTRAINT activity_ordinal_unique UNIQUE (request_id, ordinal),
    CONSTRAINT activity_online_has_no_room CHECK (attendance_mode <> 'online' OR needs_channel),
    CONSTRAINT activity_rooms_fit_kind CHECK (
        (kind IN ('written_test', 'interview_block') AND rooms_needed >= 1)
        OR (kind = 'workplace_experience' AND rooms_needed = 0 AND NOT needs_channel)
        OR (kind IN ('info_session', 'department_fair', 'two_way_fair') AND rooms_needed >= 1)
        OR (kind = 'online_session' AND rooms_needed = 0 AND needs_channel)
        OR (kind = 'livestream' AND rooms_needed <= 1 AND needs_channel)
        OR (kind IN ('joint_session', 'guidance_event') AND rooms_needed + needs_channel::integer >= 1))
);

-- When the activity may be: the union of its windows; no window is the whole season.
CREATE TABLE activity_window (
    activity_id  uuid NOT NULL REFERENCES activity ON DELETE CASCADE,
    ordinal      integer NOT NULL,
    first_day    date NOT NULL,
    last_day     date NOT NULL,
    from_time    time NOT NULL,
    until_time   time NOT NULL,
    preference   integer NOT NULL DEFAULT 10 CONSTRAINT activity_window_preference_range CHECK (preference BETWEEN 0 AND 100),
    CONSTRAINT activity_window_ends_after_start CHECK (last_day >= first_day AND until_time > from_time),
    PRIMARY KEY (activity_id, ordinal)
);

-- The teams that cannot be in two places: the owner's, participants', named people.
CREATE TABLE activity_team (
    activity_id  uuid NOT NULL REFERENCES activity ON DELETE CASCADE,
    team_id      uuid NOT NULL REFERENCES resource,
    PRIMARY KEY (activity_id, team_id)
);
CREATE INDEX activity_team_by_team ON activity_team (team_id);

CREATE TABLE recruitment_post (
    id           uuid PRIMARY KEY DEFAULT uuidv7(),
    request_id   uuid NOT NULL REFERENCES request ON DELETE CASCADE,
    ordinal      integer NOT NULL,
    title        text NOT NULL CONSTRAINT recruitment_post_title_not_empty CHECK (title <> ''),
    headcount    integer NOT NULL CONSTRAINT recruitment_post_headcount_range CHECK (headcount BETWEEN 1 AND 100000),
    majors       text[] NOT NULL DEFAULT '{}',
    city         text NOT NULL DEFAULT '',
    degree       text NOT NULL DEFAULT '',
    description  text NOT NULL DEFAULT ''
);
CREATE INDEX recruitment_post_by_request ON recruitment_post (request_id);
