-- Real time, not business time: what watches the processes has no clock of its own.
CREATE TABLE heartbeat (
    role text NOT NULL CONSTRAINT heartbeat_role_known CHECK (role IN ('relay', 'worker', 'solver')),
    host text NOT NULL,
    beaten_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT heartbeat_pkey PRIMARY KEY (role, host)
);
