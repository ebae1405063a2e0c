-- A change of a request that is decided: until it is accepted, nothing of the request, nor of what is promised to it, changes.
CREATE TABLE amendment (
    id            uuid PRIMARY KEY DEFAULT uuidv7(),
    request_id    uuid NOT NULL REFERENCES request ON DELETE CASCADE,
    number        integer NOT NULL CONSTRAINT amendment_number_positive CHECK (number > 0),
    wish          jsonb NOT NULL, -- the whole wish as it would be
    activity_ids  uuid[] NOT NULL, -- the activities of its steps, in their order
    outcome       text NOT NULL CONSTRAINT amendment_outcome_known CHECK (outcome IN ('fits', 'placements', 'impossible')),
    findings      jsonb NOT NULL DEFAULT '{}', -- of what is impossible: the reasons, and what would make it fit
    state         text NOT NULL CONSTRAINT amendment_state_known CHECK (state IN
        ('proposed', 'awaiting_approval', 'accepted', 'refused', 'withdrawn', 'expired')),
    offer_id      uuid REFERENCES offer, -- the placements that were chosen
    note          text NOT NULL DEFAULT '',
    proposed_by   uuid REFERENCES account,
    proposed_at   timestamptz NOT NULL,
    settled_by    uuid REFERENCES account,
    settled_at    timestamptz,
    reason_code   text NOT NULL DEFAULT '',
    settled_note  text NOT NULL DEFAULT '',
    row_version   integer NOT NULL DEFAULT 1,
    CONSTRAINT amendment_number_unique UNIQUE (request_id, number),
    CONSTRAINT amendment_settled_has_time CHECK ((state IN ('proposed', 'awaiting_approval')) = (settled_at IS NULL))
);
CREATE UNIQUE INDEX amendment_one_open ON amendment (request_id) WHERE state IN ('proposed', 'awaiting_approval');
CREATE TRIGGER fact_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON amendment
    FOR EACH STATEMENT EXECUTE FUNCTION note_fact_change('other');

ALTER TABLE offer ADD amendment_id uuid REFERENCES amendment;
CREATE INDEX offer_by_amendment ON offer (amendment_id) WHERE amendment_id IS NOT NULL;

-- A step that an amendment would add is `proposed`, one that was dropped keeps its row for what was booked: only `active`
-- ones are part of the request.
ALTER TABLE activity
    ADD status text NOT NULL DEFAULT 'active' CONSTRAINT activity_status_known CHECK (status IN ('active', 'proposed', 'dropped')),
    DROP CONSTRAINT activity_ordinal_unique,
    ADD CONSTRAINT activity_ordinal_unique EXCLUDE USING btree (request_id WITH =, ordinal WITH =) WHERE (status = 'active')
        DEFERRABLE INITIALLY IMMEDIATE;
CREATE INDEX activity_by_request ON activity (request_id, ordinal);

-- A release asks whether a fact was changed since its draft was made.
CREATE INDEX event_of_facts ON event (occurred_at) WHERE type IN
    ('season.changed', 'season.policy_changed', 'season.calendar_changed', 'venue.changed', 'closure.added', 'closure.removed');
