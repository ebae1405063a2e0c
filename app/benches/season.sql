-- name: fill_school()!
-- 40 rooms on one campus, 400 verified employers.
WITH campus AS (INSERT INTO campus (code, name_zh, name_en) VALUES ('bench', '主校区', 'Main campus') RETURNING id),
resources AS (
    INSERT INTO resource (id, kind, label)
    SELECT bench_id('a', k), 'room', '教' || k FROM generate_series(0, 39) AS k
    UNION ALL SELECT bench_id('b', k), 'team', '单位' || k FROM generate_series(0, 399) AS k
),
rooms AS (
    INSERT INTO room (id, code, campus_id, name_zh, name_en, capacity)
    SELECT bench_id('a', k), 'R' || k, campus.id, '教' || k, 'Room ' || k, 200 FROM generate_series(0, 39) AS k, campus
)
INSERT INTO employer (id, team_id, legal_name, credit_code, size_class, state, created_at)
SELECT bench_id('c', k), bench_id('b', k), '单位' || k, '9142' || lpad(k::text, 14, '0'), 'small', 'verified', now()
FROM generate_series(0, 399) AS k;

-- name: fill_season(code, first, first_day, requests, step, booked)!
-- A season of 60 days with a request of half an hour for each of some slots (every step-th), the first booked.
-- Slot k is room k % 40 at the hour k / 40; its employer is one of 400, who are never asked for twice at an hour.
-- The numbers of a season's things begin at its first one.
WITH numbers AS (
    SELECT n * :step AS k, :first::bigint + n * :step AS id, n < :booked AS is_booked FROM generate_series(0, :requests - 1) AS n
),
season AS (
    INSERT INTO season (code, name_zh, name_en, first_day, last_day, created_at)
    VALUES (:code, '春招', 'Spring', :first_day, :first_day::date + 60, now()) RETURNING id
),
rules AS (
    -- So dense a season is for measuring; limits are looked at all the same.
    INSERT INTO season_policy (season_id, name, value, set_at)
    SELECT season.id, name, '1000', now() FROM season CROSS JOIN unnest(ARRAY['talks_per_day_per_employer',
        'activities_per_campus_day', 'activities_per_campus_evening']) AS name
),
requests AS (
    INSERT INTO request (id, season_id, reference, owner_kind, employer_id, title, contact_email, state, submitted_at, created_at)
    SELECT bench_id('d', numbers.id), season.id, 'B' || k, 'employer', bench_id('c', k % 400), '宣讲会' || k,
        'hr' || k % 400 || '@bench.example', CASE WHEN is_booked THEN 'scheduled' ELSE 'approved' END, now(), now()
    FROM numbers, season
),
activities AS (
    INSERT INTO activity (id, request_id, ordinal, kind, attendance_mode, attendance, duration_minutes, rooms_needed, needs_channel)
    SELECT bench_id('e', id), bench_id('d', id), 1, 'info_session', 'on_site', 100, 30, 1, false FROM numbers
),
teams AS (
    INSERT INTO activity_team (activity_id, team_id) SELECT bench_id('e', id), bench_id('b', k % 400) FROM numbers
),
bookings AS (
    INSERT INTO booking (id, season_id, activity_id, starts_at, ends_at, state, created_at)
    SELECT bench_id('f', numbers.id), season.id, bench_id('e', numbers.id), bench_start(:first_day, k),
        bench_start(:first_day, k) + interval '30 minutes', 'confirmed', now()
    FROM numbers, season WHERE is_booked
)
INSERT INTO booking_resource (booking_id, activity_id, request_id, resource_id, span, state)
SELECT bench_id('f', id), bench_id('e', id), bench_id('d', id), bench_id('a', k % 40),
    tstzrange(bench_start(:first_day, k), bench_start(:first_day, k) + interval '60 minutes'), 'confirmed'
FROM numbers WHERE is_booked
UNION ALL
SELECT bench_id('f', id), bench_id('e', id), bench_id('d', id), bench_id('b', k % 400),
    tstzrange(bench_start(:first_day, k), bench_start(:first_day, k) + interval '30 minutes'), 'confirmed'
FROM numbers WHERE is_booked;

-- name: make_functions#
-- Identifiers and times that follow from a number, so that loads need ask for none of them.
CREATE FUNCTION bench_id(kind text, k bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (kind || '0000000-0000-4000-8000-' || lpad(k::text, 12, '0'))::uuid;
CREATE FUNCTION bench_start(first_day date, k bigint) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (first_day + time '08:00' + make_interval(days => (k / 520)::integer, hours => ((k / 40) % 13)::integer)) AT TIME ZONE 'Asia/Shanghai';
CREATE TABLE bench_taken (
    resource_id uuid NOT NULL,
    activity_id uuid NOT NULL,
    span tstzrange NOT NULL,
    EXCLUDE USING gist (resource_id WITH =, activity_id WITH <>, span WITH &&)
);

-- name: finish#
-- Statistics as after a night's vacuum.
ANALYZE;

-- name: vary_states()!
-- Requests beyond the booked ones wait for a decision, are approved, or are settled.
UPDATE request SET state = (ARRAY['submitted', 'approved', 'returned', 'refused', 'withdrawn', 'cancelled'])[1 + substr(reference, 2)::integer % 6]
WHERE state = 'approved' AND season_id = (SELECT id FROM season WHERE code = 'bench');

-- name: release()!
-- A released version with every booking, and with a refusal for each approved request.
WITH version AS (
    INSERT INTO schedule_version (season_id, number, state, based_on_sequence, figures, created_at, released_at)
    SELECT id, 1, 'released', 0, '{"requests": 2100, "placed": 2000, "value": 0.95, "bound": 0.96, "gap": 0.01, "seconds": 20.0}', now(), now()
    FROM season WHERE code = 'bench' RETURNING id, season_id
),
placements AS (
    INSERT INTO version_placement (version_id, activity_id, starts_at, ends_at, room_ids)
    SELECT version.id, booking.activity_id, booking.starts_at, booking.ends_at, ARRAY[room.id]
    FROM version JOIN booking ON booking.season_id = version.season_id
    JOIN booking_resource AS taken ON taken.booking_id = booking.id JOIN room ON room.id = taken.resource_id
)
INSERT INTO version_unplaced (version_id, request_id, explanation)
SELECT version.id, request.id, '{"proof": "search_limit", "blocking": [{"rule": "room_overlap", "places": 3}]}'
FROM version JOIN request ON request.season_id = version.season_id WHERE request.state = 'approved';

-- name: tell()!
-- Of every booking the event, its receipt, and the message that was sent.
WITH told AS (
    INSERT INTO event (type, occurred_at, season_id, subject_id, payload, relayed_at)
    SELECT 'booking.confirmed', now(), season_id, activity_id, '{}', now() FROM booking RETURNING id, subject_id
),
receipts AS (INSERT INTO event_receipt (event_id, job) SELECT id, 'write_mails' FROM told)
INSERT INTO delivery (event_id, recipient, locale, purpose, activity_id, message_id, state, attempts, sent_at)
SELECT id, 'hr' || id % 400 || '@bench.example', 'zh-CN', 'booking_confirmed', subject_id, '<' || id || '@bench.example>', 'sent', 1, now() FROM told;
