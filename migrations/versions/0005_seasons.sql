CREATE TABLE season (
    id              uuid PRIMARY KEY DEFAULT uuidv7(),
    code            text NOT NULL CONSTRAINT season_code_unique UNIQUE CONSTRAINT season_code_shape CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
    name_zh         text NOT NULL,
    name_en         text NOT NULL,
    first_day       date NOT NULL,
    last_day        date NOT NULL,
    term_first_day  date, -- Monday of teaching week 1
    day_opens       time NOT NULL DEFAULT '08:00',
    day_closes      time NOT NULL DEFAULT '22:00',
    grid_minutes    integer NOT NULL DEFAULT 30 CONSTRAINT season_grid_known CHECK (grid_minutes IN (15, 30, 60)),
    row_version     integer NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL,
    CONSTRAINT season_ends_after_start CHECK (last_day >= first_day AND last_day - first_day < 400),
    CONSTRAINT season_day_closes_after_open CHECK (day_closes > day_opens)
);

-- Days on which the national calendar or the school departs from "Monday to Friday are worked".
CREATE TABLE calendar_day (
    day         date PRIMARY KEY,
    is_working  boolean NOT NULL,
    name_zh     text NOT NULL DEFAULT '',
    name_en     text NOT NULL DEFAULT '',
    source      text NOT NULL CONSTRAINT calendar_day_source_known CHECK (source IN ('national', 'school'))
);

-- Years whose national swaps are in calendar_day; any other year is a notice to the organiser.
CREATE TABLE calendar_year (
    year    integer PRIMARY KEY,
    source  text NOT NULL CONSTRAINT calendar_year_source_known CHECK (source IN ('national', 'school'))
);

-- Only values that a person changed stand here; defaults are the registry's in app/seasons/policies.py.
CREATE TABLE season_policy (
    season_id    uuid NOT NULL REFERENCES season ON DELETE CASCADE,
    name         text NOT NULL,
    value        jsonb NOT NULL,
    set_by       uuid REFERENCES account,
    set_at       timestamptz NOT NULL,
    reason       text NOT NULL DEFAULT '',
    PRIMARY KEY (season_id, name)
);
