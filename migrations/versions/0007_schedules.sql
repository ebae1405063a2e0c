CREATE TABLE schedule_version (
    id                uuid PRIMARY KEY DEFAULT uuidv7(),
    season_id         uuid NOT NULL REFERENCES season,
    number            integer NOT NULL,
    state             text NOT NULL CONSTRAINT schedule_version_state_known CHECK (state IN ('draft', 'released', 'superseded', 'discarded')),
    based_on_id       uuid REFERENCES schedule_version,
    based_on_sequence bigint NOT NULL, -- the season's booking sequence when the problem was read
    figures           jsonb NOT NULL DEFAULT '{}',
    problem           bytea, -- gzipped JSON: with seed, rounds and parameters the solve can be replayed
    parameters        jsonb NOT NULL DEFAULT '{}',
    engine_version    text NOT NULL DEFAULT '',
    changelog         text NOT NULL DEFAULT '',
    row_version       integer NOT NULL DEFAULT 1,
    created_by        uuid REFERENCES account,
    created_at        timestamptz NOT NULL,
    released_by       uuid REFERENCES account,
    released_at       timestamptz,
    CONSTRAINT schedule_version_number_unique UNIQUE (season_id, number),
    CONSTRAINT schedule_version_released_has_time CHECK (state NOT IN ('released', 'superseded') OR released_at IS NOT NULL)
);
CREATE UNIQUE INDEX schedule_version_one_released ON schedule_version (season_id) WHERE state = 'released';

CREATE TABLE version_placement (
    version_id   uuid NOT NULL REFERENCES schedule_version ON DELETE CASCADE,
    activity_id  uuid NOT NULL REFERENCES activity ON DELETE CASCADE,
    starts_at    timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL,
    room_ids     uuid[] NOT NULL DEFAULT '{}',
    channel_id   uuid REFERENCES channel,
    pinned       boolean NOT NULL DEFAULT false,
    CONSTRAINT version_placement_ends_after_start CHECK (ends_at > starts_at),
    PRIMARY KEY (version_id, activity_id)
);
CREATE INDEX version_placement_by_activity ON version_placement (activity_id);

-- Places that an organiser forbade for an activity; null is "any".
CREATE TABLE forbidden_place (
    id           uuid PRIMARY KEY DEFAULT uuidv7(),
    activity_id  uuid NOT NULL REFERENCES activity ON DELETE CASCADE,
    day          date,
    starts_at    timestamptz,
    room_id      uuid REFERENCES room,
    set_by       uuid REFERENCES account,
    reason       text NOT NULL DEFAULT '',
    CONSTRAINT forbidden_place_says_something CHECK (num_nonnulls(day, starts_at, room_id) >= 1)
);
CREATE INDEX forbidden_place_by_activity ON forbidden_place (activity_id);

CREATE TABLE version_unplaced (
    version_id   uuid NOT NULL REFERENCES schedule_version ON DELETE CASCADE,
    request_id   uuid NOT NULL REFERENCES request ON DELETE CASCADE,
    explanation  jsonb NOT NULL,
    PRIMARY KEY (version_id, request_id)
);

-- What more would help most; worked out on demand, and a draft that is corrected by hand forgets it.
CREATE TABLE version_additions (
    version_id   uuid PRIMARY KEY REFERENCES schedule_version ON DELETE CASCADE,
    state        text NOT NULL CONSTRAINT version_additions_state_known CHECK (state IN ('queued', 'running', 'finished', 'failed')),
    found        jsonb NOT NULL DEFAULT '[]',
    error        text NOT NULL DEFAULT '',
    asked_by     uuid REFERENCES account,
    asked_at     timestamptz NOT NULL,
    finished_at  timestamptz,
    CONSTRAINT version_additions_ended_has_time CHECK (state NOT IN ('finished', 'failed') OR finished_at IS NOT NULL)
);

CREATE TABLE solve_run (
    id                 uuid PRIMARY KEY DEFAULT uuidv7(),
    season_id          uuid NOT NULL REFERENCES season,
    state              text NOT NULL DEFAULT 'queued' CONSTRAINT solve_run_state_known CHECK (state IN ('queued', 'running', 'finished', 'cancelled', 'failed')),
    parameters         jsonb NOT NULL,
    progress           jsonb NOT NULL DEFAULT '{}',
    version_id         uuid REFERENCES schedule_version,
    error              text NOT NULL DEFAULT '',
    cancel_asked_at    timestamptz,
    asked_by           uuid REFERENCES account,
    asked_at           timestamptz NOT NULL,
    started_at         timestamptz,
    heartbeat_at       timestamptz, -- real time: a run whose worker died is taken up again
    finished_at        timestamptz
);
CREATE UNIQUE INDEX solve_run_one_active ON solve_run (season_id) WHERE state IN ('queued', 'running');
