-- A booking that no longer keeps a rule, because a fact was changed with an explicit yes, or because it was placed so.
CREATE TABLE booking_case (
    id            uuid PRIMARY KEY DEFAULT uuidv7(),
    season_id     uuid NOT NULL REFERENCES season,
    booking_id    uuid NOT NULL REFERENCES booking,
    breaks        jsonb NOT NULL, -- which rules: [{"rule", "resource", "others"}]
    state         text NOT NULL CONSTRAINT booking_case_state_known CHECK (state IN ('open', 'settled', 'kept')),
    reason        text NOT NULL DEFAULT '', -- of the change
    opened_at     timestamptz NOT NULL,
    opened_by     uuid REFERENCES account,
    due_at        timestamptz NOT NULL,
    outcome       text CONSTRAINT booking_case_outcome_known CHECK (outcome IN ('left_place', 'rules_kept', 'agreed')),
    ended_at      timestamptz,
    ended_by      uuid REFERENCES account,
    agreed_reason text NOT NULL DEFAULT '',
    row_version   integer NOT NULL DEFAULT 1,
    CONSTRAINT booking_case_ended_has_outcome CHECK ((state = 'open') = (outcome IS NULL) AND (state = 'open') = (ended_at IS NULL)),
    CONSTRAINT booking_case_kept_is_agreed CHECK ((state = 'kept') = (outcome IS NOT DISTINCT FROM 'agreed'))
);
CREATE UNIQUE INDEX booking_case_one_open ON booking_case (booking_id) WHERE state = 'open';
CREATE INDEX booking_case_by_booking ON booking_case (booking_id);
CREATE INDEX booking_case_by_season ON booking_case (season_id, state);
CREATE TRIGGER fact_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON booking_case
    FOR EACH STATEMENT EXECUTE FUNCTION note_fact_change('other');

-- Activities that may be there although it is closed: with a case, or because somebody said so.
ALTER TABLE closure ADD COLUMN exempt_activity_ids uuid[] NOT NULL DEFAULT '{}';
CREATE INDEX closure_with_exceptions ON closure (id) WHERE exempt_activity_ids <> '{}';

CREATE OR REPLACE FUNCTION booking_resource_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'released' THEN RETURN NEW; END IF;
    PERFORM 1 FROM resource WHERE id = NEW.resource_id FOR SHARE;
    IF EXISTS (SELECT 1 FROM closure WHERE resource_id = NEW.resource_id AND span && NEW.span
               AND NOT NEW.activity_id = ANY(exempt_activity_ids)) THEN
        RAISE EXCEPTION 'the resource is closed then' USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'resource_closed',
            TABLE = 'closure', DETAIL = NEW.resource_id::text;
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION closure_hits_no_booking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM resource WHERE id = NEW.resource_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT 1 FROM booking_resource WHERE resource_id = NEW.resource_id AND span && NEW.span
               AND state <> 'released' AND NOT activity_id = ANY(NEW.exempt_activity_ids)) THEN
        RAISE EXCEPTION 'a booking stands in the closure' USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'closure_over_booking',
            TABLE = 'closure', DETAIL = NEW.resource_id::text;
    END IF;
    RETURN NEW;
END $$;

-- A make-up day is worked like another day of the week; null: like its own.
ALTER TABLE calendar_day ADD COLUMN follows_weekday smallint
    CONSTRAINT calendar_day_follows_weekday_iso CHECK (follows_weekday BETWEEN 1 AND 7);
-- The weekday whose hours a day has.
CREATE FUNCTION working_weekday(wanted date) RETURNS integer LANGUAGE sql STABLE
    RETURN coalesce((SELECT follows_weekday::integer FROM calendar_day WHERE day = wanted), extract(isodow FROM wanted)::integer);
