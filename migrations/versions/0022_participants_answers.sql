-- Those named before anybody was asked take part as they did; they can step back now.
ALTER TABLE request_participant
    ADD COLUMN state text NOT NULL DEFAULT 'accepted'
        CONSTRAINT request_participant_state_known CHECK (state IN ('invited', 'accepted', 'declined')),
    ADD COLUMN asked_at timestamptz, -- null: nobody was told yet, or the career centre named it
    ADD COLUMN answered_at timestamptz,
    ADD COLUMN answered_by uuid REFERENCES account,
    ADD COLUMN row_version integer NOT NULL DEFAULT 1;
ALTER TABLE request_participant ALTER COLUMN state DROP DEFAULT;
CREATE INDEX request_participant_by_employer ON request_participant (employer_id);
