-- Calendars that somebody subscribes to. The link is signed over the nonce: another nonce makes it dead.
CREATE TABLE calendar_feed (
    id            uuid PRIMARY KEY DEFAULT uuidv7(),
    account_id    uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    scope         text NOT NULL CONSTRAINT calendar_feed_scope_known CHECK (scope IN ('person', 'room', 'department', 'major')),
    resource_id   uuid REFERENCES room ON DELETE CASCADE,
    department_id uuid REFERENCES department ON DELETE CASCADE,
    major_code    text,
    nonce         uuid NOT NULL CONSTRAINT calendar_feed_nonce_unique UNIQUE,
    created_at    timestamptz NOT NULL,
    renewed_at    timestamptz NOT NULL,
    CONSTRAINT calendar_feed_of_one CHECK ((scope = 'room') = (resource_id IS NOT NULL)
        AND (scope = 'department') = (department_id IS NOT NULL) AND (scope = 'major') = (major_code IS NOT NULL)),
    CONSTRAINT calendar_feed_once UNIQUE NULLS NOT DISTINCT (account_id, scope, resource_id, department_id, major_code)
);
