"""What every test of this suite holds: whoever gives a place back says so by an event that has the waitlists walked."""

from app.waitlist.promoting import FREEING

_TYPES = ", ".join(f"'{kind.type}'" for kind in FREEING)
# In a transaction of its own `tests.by_hand` makes an exception for what no use case does.
GUARD = f"""
CREATE FUNCTION is_told_what_is_free() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('tests.by_hand', true), '') <> 'on'
        AND NOT EXISTS (SELECT 1 FROM event WHERE recorded_at = now() AND type IN ({_TYPES})) THEN
        RAISE EXCEPTION 'a place was given back, and no event of FREEING says so';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER is_told_what_is_free AFTER UPDATE ON booking DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.state <> 'released' AND NEW.state = 'released') EXECUTE FUNCTION is_told_what_is_free();
"""  # noqa: S608 - types of events, no input
