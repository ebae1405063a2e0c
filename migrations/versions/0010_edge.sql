CREATE TABLE idempotency_key (
    account_id     uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    key            text NOT NULL CONSTRAINT idempotency_key_length CHECK (length(key) BETWEEN 1 AND 200),
    request_hash   bytea NOT NULL, -- method, path and body
    status         integer, -- null while the first request runs
    headers        jsonb NOT NULL DEFAULT '{}',
    body           bytea,
    created_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, key)
);
CREATE INDEX idempotency_key_by_age ON idempotency_key (created_at);

CREATE UNLOGGED TABLE rate_limit (
    bucket        text NOT NULL,
    window_start  timestamptz NOT NULL,
    hits          integer NOT NULL DEFAULT 1,
    PRIMARY KEY (bucket, window_start)
);
