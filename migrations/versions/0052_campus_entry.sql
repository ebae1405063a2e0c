-- What owners enter of their visitors (进校报备), and who receives them (现场联系人); deleted some days after the activity.
CREATE TABLE campus_entry (
    activity_id  uuid PRIMARY KEY REFERENCES activity ON DELETE CASCADE,
    host_name    text NOT NULL DEFAULT '',
    host_phone   text NOT NULL DEFAULT '',
    host_version integer NOT NULL DEFAULT 0,
    row_version  integer NOT NULL DEFAULT 0, -- of the visitors
    changed_at   timestamptz NOT NULL
);
CREATE TABLE visitor (
    activity_id  uuid NOT NULL REFERENCES campus_entry ON DELETE CASCADE,
    ordinal      integer NOT NULL,
    name         text NOT NULL CONSTRAINT visitor_name_not_empty CHECK (name <> ''),
    phone        text NOT NULL DEFAULT '',
    plate        text NOT NULL DEFAULT '',
    PRIMARY KEY (activity_id, ordinal)
);
