-- Nobody else starts an activity on a campus on a day until this transaction ends, where the season counts them: 1000, the
-- greatest value of both rules, means that it does not. Volatile, so that the rules are read as they are once the season,
-- whose lock comes first, stands still.
CREATE FUNCTION lock_staff(season uuid, campus uuid, day date) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF (SELECT count(*) FROM season_policy WHERE season_id = season AND value = '1000'
        AND name IN ('activities_per_campus_day', 'activities_per_campus_evening')) < 2
    THEN PERFORM pg_advisory_xact_lock(hashtextextended(campus::text || day::text, 9));
    END IF;
END $$;
