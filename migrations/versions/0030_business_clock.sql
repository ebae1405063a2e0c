-- Business time is real time plus this; zero but for demonstrations, simulations and tests.
CREATE TABLE business_clock (
    is_the_one     boolean PRIMARY KEY DEFAULT true CONSTRAINT business_clock_is_one CHECK (is_the_one),
    offset_seconds bigint NOT NULL DEFAULT 0
);
INSERT INTO business_clock DEFAULT VALUES;

CREATE FUNCTION tell_business_clock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('clock', NEW.offset_seconds::text);
    RETURN NULL;
END $$;
CREATE TRIGGER told AFTER UPDATE ON business_clock FOR EACH ROW EXECUTE FUNCTION tell_business_clock();
