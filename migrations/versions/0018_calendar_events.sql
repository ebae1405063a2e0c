-- The newest version of each event that a season's calendar files held; an older one that is sent later is not used.
CREATE TABLE calendar_event (
    season_id  uuid NOT NULL REFERENCES season ON DELETE CASCADE,
    uid        text NOT NULL CONSTRAINT calendar_event_uid_not_empty CHECK (uid <> ''),
    sequence   integer NOT NULL,
    stamped_at timestamptz,
    CONSTRAINT calendar_event_pkey PRIMARY KEY (season_id, uid)
);

-- event_occurrence is the start that the event's rule gave, whatever it was moved to.
ALTER TABLE closure ADD COLUMN event_uid text, ADD COLUMN event_occurrence timestamptz;
CREATE INDEX closure_by_event ON closure (event_uid) WHERE event_uid IS NOT NULL;
