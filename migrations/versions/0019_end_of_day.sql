-- Midnight as an end is the end of the day, which comes after every other time of it.
CREATE FUNCTION hours_end(value time) RETURNS time LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN value = '00:00' THEN '24:00' ELSE value END;

ALTER TABLE opening_hours DROP CONSTRAINT opening_ends_after_start;
ALTER TABLE opening_hours ADD CONSTRAINT opening_ends_after_start CHECK (hours_end(closes) > opens);
ALTER TABLE season DROP CONSTRAINT season_day_closes_after_open;
ALTER TABLE season ADD CONSTRAINT season_day_closes_after_open CHECK (hours_end(day_closes) > day_opens);
ALTER TABLE activity_window DROP CONSTRAINT activity_window_ends_after_start;
ALTER TABLE activity_window ADD CONSTRAINT activity_window_ends_after_start
    CHECK (last_day >= first_day AND hours_end(until_time) > from_time);
