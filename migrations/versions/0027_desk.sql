-- What a change touched, for those who keep what follows from facts and change it in place:
-- `bookings`: only the named bookings, and `other`, which is everything that neither rooms nor times nor rules follow
-- from; `frame`: the season, its calendar and rules, venues, closures; `folded`: rows that upkeep added up.
-- Code that knows no kinds leaves rows of the kind that is safest.
ALTER TABLE fact_change
    ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT fact_change_pkey PRIMARY KEY,
    ADD COLUMN kind text NOT NULL DEFAULT 'frame' CONSTRAINT fact_change_kind_known CHECK (kind IN ('bookings', 'other', 'frame', 'folded')),
    ADD COLUMN booking_ids uuid[] NOT NULL DEFAULT '{}';

-- A transaction leaves one row for each kind that it touched. Settings end with the transaction, or with the savepoint whose
-- rows are gone too. The trigger's argument is the kind; without one it is the safest.
CREATE OR REPLACE FUNCTION note_fact_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    noted text := coalesce(current_setting('chunzhao.fact_noted', true), '');
    touched text := coalesce(TG_ARGV[0], 'frame');
BEGIN
    IF noted = '' OR (touched = 'frame' AND noted <> 'frame') THEN
        INSERT INTO fact_change (kind) VALUES (touched);
        PERFORM set_config('chunzhao.fact_noted', touched, true);
    END IF;
    RETURN NULL;
END $$;

-- Bookings are noted by name, once each in a transaction, whether they or what they occupy was written first.
CREATE FUNCTION note_booking_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    noted uuid[] := coalesce(nullif(current_setting('chunzhao.bookings_noted', true), ''), '{}')::uuid[];
    touched uuid[];
BEGIN
    IF current_setting('chunzhao.fact_noted', true) = 'frame' THEN RETURN NULL; END IF;
    IF TG_TABLE_NAME = 'booking' THEN
        touched := ARRAY(SELECT id FROM changed WHERE id <> ALL (noted));
    ELSE
        touched := ARRAY(SELECT DISTINCT booking_id FROM changed WHERE booking_id <> ALL (noted));
    END IF;
    IF cardinality(touched) > 0 THEN
        INSERT INTO fact_change (kind, booking_ids) VALUES ('bookings', touched);
        PERFORM set_config('chunzhao.fact_noted', 'bookings', true), set_config('chunzhao.bookings_noted', (noted || touched)::text, true);
    END IF;
    RETURN NULL;
END $$;

DO $$
DECLARE
    fact regclass;
BEGIN
    FOREACH fact IN ARRAY ARRAY[
        'school', 'account', 'employer', 'department', 'resource', 'code_entry', 'major', 'calendar_event', 'request',
        'request_participant', 'activity', 'activity_team', 'activity_window', 'recruitment_post', 'schedule_version',
        'version_placement', 'version_unplaced', 'version_additions', 'forbidden_place', 'solve_run', 'offer'
    ]::regclass[] LOOP
        EXECUTE format('DROP TRIGGER fact_change ON %s', fact);
        EXECUTE format(
            'CREATE TRIGGER fact_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s '
            'FOR EACH STATEMENT EXECUTE FUNCTION note_fact_change(''other'')', fact);
    END LOOP;
    FOREACH fact IN ARRAY ARRAY['booking', 'booking_resource']::regclass[] LOOP
        EXECUTE format('DROP TRIGGER fact_change ON %s', fact);
        EXECUTE format(
            'CREATE TRIGGER fact_change AFTER DELETE OR TRUNCATE ON %s '
            'FOR EACH STATEMENT EXECUTE FUNCTION note_fact_change()', fact);
        EXECUTE format(
            'CREATE TRIGGER booking_made AFTER INSERT ON %s REFERENCING NEW TABLE AS changed '
            'FOR EACH STATEMENT EXECUTE FUNCTION note_booking_change()', fact);
    END LOOP;
END $$;
DROP TRIGGER fact_change ON event;
CREATE TRIGGER fact_change AFTER INSERT OR DELETE OR TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION note_fact_change('other');
CREATE TRIGGER booking_changed AFTER UPDATE ON booking REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_booking_change();
-- The state of what a booking occupies follows the booking's own; nothing else of it changes.
CREATE TRIGGER booking_resource_moved AFTER UPDATE OF booking_id, activity_id, resource_id, span ON booking_resource
    FOR EACH STATEMENT EXECUTE FUNCTION note_fact_change();
-- What of a booked activity counts for its owner's other activities.
CREATE TRIGGER activity_counted AFTER UPDATE OF request_id, kind ON activity
    FOR EACH STATEMENT EXECUTE FUNCTION note_fact_change();
CREATE TRIGGER request_counted AFTER UPDATE OF season_id, employer_id, department_id ON request
    FOR EACH STATEMENT EXECUTE FUNCTION note_fact_change();

-- What is occupied, by which booking, and whose it is: the one place that says which bookings occupy, and until when (null:
-- until they are given back). What a request holds does not stand in its own way.
CREATE VIEW occupancy AS
SELECT booking.id AS booking_id, booking.season_id, activity.request_id, activity.kind, request.employer_id, request.department_id,
    booking.starts_at, booking.ends_at, CASE WHEN booking.state = 'held' THEN booking.held_until END AS held_until
FROM booking JOIN activity ON activity.id = booking.activity_id JOIN request ON request.id = activity.request_id
WHERE booking.state <> 'released';

-- What likely placements an account was shown, and for which request it then asked; the others are swept.
CREATE TABLE shown_placements (
    id           uuid PRIMARY KEY DEFAULT uuidv7(),
    account_id   uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    request_id   uuid REFERENCES request ON DELETE CASCADE,
    shown_at     timestamptz NOT NULL,
    written_at   timestamptz NOT NULL DEFAULT now(),
    answer       jsonb NOT NULL
);
CREATE INDEX shown_placements_by_request ON shown_placements (request_id, shown_at) WHERE request_id IS NOT NULL;
CREATE INDEX shown_placements_to_sweep ON shown_placements (written_at) WHERE request_id IS NULL;

ALTER TABLE heartbeat
    DROP CONSTRAINT heartbeat_role_known,
    ADD CONSTRAINT heartbeat_role_known CHECK (role IN ('relay', 'worker', 'solver', 'desk'));
