-- Worked out on demand; a draft that is corrected by hand forgets it.
CREATE TABLE version_additions (
    version_id   uuid PRIMARY KEY REFERENCES schedule_version ON DELETE CASCADE,
    state        text NOT NULL CONSTRAINT version_additions_state_known CHECK (state IN ('queued', 'running', 'finished', 'failed')),
    found        jsonb NOT NULL DEFAULT '[]',
    error        text NOT NULL DEFAULT '',
    asked_by     uuid REFERENCES account,
    asked_at     timestamptz NOT NULL,
    finished_at  timestamptz,
    CONSTRAINT version_additions_ended_has_time CHECK (state NOT IN ('finished', 'failed') OR finished_at IS NOT NULL)
);
