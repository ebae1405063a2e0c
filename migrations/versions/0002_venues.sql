CREATE TABLE room (
    id             uuid PRIMARY KEY REFERENCES resource ON DELETE CASCADE,
    code           text NOT NULL CONSTRAINT room_code_unique UNIQUE CONSTRAINT room_code_not_empty CHECK (code <> ''),
    campus_id      uuid NOT NULL REFERENCES campus,
    name_zh        text NOT NULL CONSTRAINT room_name_zh_not_empty CHECK (name_zh <> ''),
    name_en        text NOT NULL CONSTRAINT room_name_en_not_empty CHECK (name_en <> ''),
    capacity       integer NOT NULL CONSTRAINT room_capacity_positive CHECK (capacity BETWEEN 1 AND 100000),
    booths         integer NOT NULL DEFAULT 0 CONSTRAINT room_booths_not_negative CHECK (booths >= 0),
    features       text[] NOT NULL DEFAULT '{}',
    department_id  uuid REFERENCES department, -- the owner; null is the school
    turnover_minutes integer NOT NULL DEFAULT 30 CONSTRAINT room_turnover_range CHECK (turnover_minutes BETWEEN 0 AND 480),
    row_version    integer NOT NULL DEFAULT 1
);

CREATE TABLE channel (
    id             uuid PRIMARY KEY REFERENCES resource ON DELETE CASCADE,
    code           text NOT NULL CONSTRAINT channel_code_unique UNIQUE CONSTRAINT channel_code_not_empty CHECK (code <> ''),
    name_zh        text NOT NULL,
    name_en        text NOT NULL,
    platform       text NOT NULL DEFAULT '',
    url            text NOT NULL DEFAULT '',
    features       text[] NOT NULL DEFAULT '{}',
    turnover_minutes integer NOT NULL DEFAULT 30 CONSTRAINT channel_turnover_range CHECK (turnover_minutes BETWEEN 0 AND 480),
    row_version    integer NOT NULL DEFAULT 1
);

-- A kind with its own turnover in one room or channel; other kinds take the resource's own.
CREATE TABLE resource_turnover (
    resource_id  uuid NOT NULL REFERENCES resource ON DELETE CASCADE,
    kind         text NOT NULL,
    minutes      integer NOT NULL CONSTRAINT resource_turnover_range CHECK (minutes BETWEEN 0 AND 480),
    PRIMARY KEY (resource_id, kind)
);

-- Opening hours in the school's zone; a resource without a row is open for the season's hours on every working day.
CREATE TABLE opening_hours (
    resource_id  uuid NOT NULL REFERENCES resource ON DELETE CASCADE,
    weekday      smallint NOT NULL CONSTRAINT opening_weekday_iso CHECK (weekday BETWEEN 1 AND 7),
    opens        time NOT NULL,
    closes       time NOT NULL,
    CONSTRAINT opening_ends_after_start CHECK (closes > opens),
    PRIMARY KEY (resource_id, weekday, opens)
);

CREATE TABLE closure (
    id           uuid PRIMARY KEY DEFAULT uuidv7(),
    resource_id  uuid NOT NULL REFERENCES resource ON DELETE CASCADE,
    span         tstzrange NOT NULL CONSTRAINT closure_ends_after_start CHECK (NOT isempty(span) AND lower(span) IS NOT NULL AND upper(span) IS NOT NULL),
    reason_code  text NOT NULL DEFAULT 'other',
    note         text NOT NULL DEFAULT '',
    source       text NOT NULL DEFAULT 'hand'
);
CREATE INDEX closure_by_resource ON closure USING gist (resource_id, span);
CREATE UNIQUE INDEX closure_once ON closure (resource_id, span, reason_code, note);
