-- The code of the invitation (邀请函) that was printed of a booking: whoever holds one asks whether it is still true.
CREATE TABLE invitation_code (
    booking_id  uuid PRIMARY KEY REFERENCES booking ON DELETE CASCADE,
    code        text NOT NULL CONSTRAINT invitation_code_unique UNIQUE CONSTRAINT invitation_code_form CHECK (code ~ '^[0-9A-Z]{10}$'),
    issued_by   uuid REFERENCES account ON DELETE SET NULL,
    issued_at   timestamptz NOT NULL
);

-- Where students apply (网申链接), and the files of a recruitment notice (简章附件). They change at every stage of a request.
CREATE TABLE request_notice (
    request_id      uuid PRIMARY KEY REFERENCES request ON DELETE CASCADE,
    application_url text NOT NULL DEFAULT '' CONSTRAINT request_notice_url_length CHECK (length(application_url) <= 500),
    row_version     integer NOT NULL DEFAULT 1
);
CREATE TABLE notice_attachment (
    id            uuid PRIMARY KEY DEFAULT uuidv7(),
    request_id    uuid NOT NULL REFERENCES request ON DELETE CASCADE,
    name          text NOT NULL CONSTRAINT notice_attachment_name_length CHECK (length(name) BETWEEN 1 AND 120),
    content_type  text NOT NULL CONSTRAINT notice_attachment_type_known CHECK (content_type IN ('application/pdf', 'image/png', 'image/jpeg')),
    size          integer NOT NULL GENERATED ALWAYS AS (octet_length(content)) STORED,
    content       bytea NOT NULL CONSTRAINT notice_attachment_size CHECK (octet_length(content) BETWEEN 1 AND 10485760),
    uploaded_at   timestamptz NOT NULL
);
ALTER TABLE notice_attachment ALTER content SET STORAGE EXTERNAL; -- such files are packed already
CREATE INDEX notice_attachment_by_request ON notice_attachment (request_id);

-- Large events (大型活动安全报备): what was filed with security, or why nothing is; since when it is kept off the programme.
ALTER TABLE activity ADD outsiders integer NOT NULL DEFAULT 0 CONSTRAINT activity_outsiders_not_negative CHECK (outsiders >= 0);
CREATE TABLE safety_filing (
    activity_id    uuid PRIMARY KEY REFERENCES activity ON DELETE CASCADE,
    number         text NOT NULL DEFAULT '',
    filed_on       date,
    exempt_reason  text NOT NULL DEFAULT '',
    entered_by     uuid REFERENCES account ON DELETE SET NULL,
    entered_at     timestamptz,
    due_on         date, -- the last one that somebody was reminded of
    reminders      integer NOT NULL DEFAULT 0,
    withheld_since timestamptz,
    row_version    integer NOT NULL DEFAULT 0,
    CONSTRAINT safety_filing_number_or_reason CHECK (number = '' OR exempt_reason = '')
);
CREATE INDEX activity_by_attendance ON activity (attendance);
CREATE INDEX activity_by_outsiders ON activity (outsiders) WHERE outsiders > 0;
CREATE INDEX safety_filing_withheld ON safety_filing (activity_id) WHERE withheld_since IS NOT NULL;

DO $$
DECLARE
    fact regclass;
BEGIN
    FOREACH fact IN ARRAY ARRAY['request_notice', 'notice_attachment', 'safety_filing']::regclass[] LOOP
        EXECUTE format(
            'CREATE TRIGGER fact_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s '
            'FOR EACH STATEMENT EXECUTE FUNCTION note_fact_change(''other'')', fact);
    END LOOP;
END $$;

-- What a booking occupies, by its names; also of one that was given back.
CREATE FUNCTION booking_place(wanted uuid)
RETURNS TABLE (resource_ids uuid[], rooms_zh text[], rooms_en text[], campus_zh text, campus_en text, channel_zh text, channel_en text)
LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(taken.resource_id ORDER BY taken.resource_id) FILTER (WHERE room.id IS NOT NULL OR channel.id IS NOT NULL), '{}'),
        coalesce(array_agg(room.name_zh ORDER BY room.code) FILTER (WHERE room.id IS NOT NULL), '{}'),
        coalesce(array_agg(room.name_en ORDER BY room.code) FILTER (WHERE room.id IS NOT NULL), '{}'),
        min(campus.name_zh), min(campus.name_en), min(channel.name_zh), min(channel.name_en)
    FROM booking_resource AS taken
    LEFT JOIN room ON room.id = taken.resource_id LEFT JOIN campus ON campus.id = room.campus_id
    LEFT JOIN channel ON channel.id = taken.resource_id
    WHERE taken.booking_id = wanted
$$;
