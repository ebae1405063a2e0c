-- Somebody asks for a room or channel to be closed. Only what is accepted has closures, and only these count.
CREATE TABLE blocking (
    id            uuid PRIMARY KEY DEFAULT uuidv7(),
    resource_id   uuid NOT NULL REFERENCES resource,
    department_id uuid REFERENCES department, -- whose it is; null: the career centre's
    first_day     date NOT NULL,
    last_day      date NOT NULL,
    from_time     time,
    until_time    time,
    starts_at     timestamptz NOT NULL, -- of its first hours
    ends_at       timestamptz NOT NULL, -- of its last hours
    reason_code   text NOT NULL,
    note          text NOT NULL DEFAULT '',
    state         text NOT NULL CONSTRAINT blocking_state_known CHECK (state IN ('asked', 'accepted', 'refused', 'withdrawn')),
    asked_by      uuid NOT NULL REFERENCES account,
    asked_at      timestamptz NOT NULL,
    decided_by    uuid REFERENCES account,
    decided_at    timestamptz,
    decision_note text NOT NULL DEFAULT '',
    instead_id    uuid REFERENCES resource, -- another room that was free then
    row_version   integer NOT NULL DEFAULT 1,
    CONSTRAINT blocking_days_in_order CHECK (last_day >= first_day),
    CONSTRAINT blocking_ends_after_start CHECK (ends_at > starts_at),
    CONSTRAINT blocking_is_decided CHECK ((state = 'asked') = (decided_at IS NULL))
);
CREATE INDEX blocking_by_resource ON blocking (resource_id, ends_at);
CREATE INDEX blocking_by_department ON blocking (department_id, ends_at);
CREATE INDEX blocking_asked ON blocking (ends_at) WHERE state = 'asked';
CREATE TRIGGER fact_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON blocking
    FOR EACH STATEMENT EXECUTE FUNCTION note_fact_change('other');

ALTER TABLE closure ADD COLUMN blocking_id uuid REFERENCES blocking;
CREATE INDEX closure_by_blocking ON closure (blocking_id) WHERE blocking_id IS NOT NULL;

-- What somebody said may be in a closure, and why; `closure.exempt_activity_ids` has these, and what stood there before it.
CREATE TABLE closure_exemption (
    closure_id  uuid NOT NULL REFERENCES closure ON DELETE CASCADE,
    activity_id uuid NOT NULL REFERENCES activity ON DELETE CASCADE,
    reason      text NOT NULL CONSTRAINT closure_exemption_has_reason CHECK (reason <> ''),
    made_by     uuid REFERENCES account,
    made_at     timestamptz NOT NULL,
    PRIMARY KEY (closure_id, activity_id)
);
CREATE INDEX closure_exemption_by_activity ON closure_exemption (activity_id);
CREATE TRIGGER fact_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON closure_exemption
    FOR EACH STATEMENT EXECUTE FUNCTION note_fact_change('other');

-- Departments ask for such a room, also for their own: only who approves there books it.
ALTER TABLE room ADD COLUMN needs_approval boolean NOT NULL DEFAULT false;
