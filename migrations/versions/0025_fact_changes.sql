-- Each transaction that changes a fact leaves one row: no row and no lock is common to two of them. The revision is the
-- sum of the visible rows, so that every commit raises it, in whatever order they come; upkeep folds them into one.
CREATE TABLE fact_change (
    changes bigint NOT NULL DEFAULT 1 CONSTRAINT fact_change_counts CHECK (changes > 0)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

CREATE FUNCTION note_fact_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The setting ends with the transaction, or with the savepoint whose row is gone too.
    IF current_setting('chunzhao.fact_noted', true) IS DISTINCT FROM 'yes' THEN
        INSERT INTO fact_change DEFAULT VALUES;
        PERFORM set_config('chunzhao.fact_noted', 'yes', true);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION fact_revision() RETURNS bigint LANGUAGE sql STABLE
    RETURN (SELECT coalesce(sum(changes), 0)::bigint FROM fact_change);

DO $$
DECLARE
    fact regclass;
BEGIN
    FOREACH fact IN ARRAY ARRAY[
        'school', 'account', 'employer', 'department', 'campus', 'campus_travel', 'room', 'channel', 'resource',
        'resource_turnover', 'opening_hours', 'closure', 'code_entry', 'major', 'season', 'season_policy',
        'calendar_day', 'calendar_event', 'calendar_year', 'request', 'request_participant', 'activity', 'activity_team',
        'activity_window', 'recruitment_post', 'schedule_version', 'version_placement', 'version_unplaced',
        'version_additions', 'forbidden_place', 'solve_run', 'booking', 'booking_resource'
    ]::regclass[] LOOP
        EXECUTE format(
            'CREATE TRIGGER fact_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s '
            'FOR EACH STATEMENT EXECUTE FUNCTION note_fact_change()', fact);
    END LOOP;
END $$;
CREATE TRIGGER fact_change AFTER INSERT OR DELETE OR TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION note_fact_change(); -- what the relay marks is no fact
