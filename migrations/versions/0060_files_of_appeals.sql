-- What an employer shows with an appeal; it goes with it, or when it was decided long enough ago.
CREATE TABLE strike_appeal_file (
    appeal_id    uuid PRIMARY KEY REFERENCES strike_appeal ON DELETE CASCADE,
    name         text NOT NULL CONSTRAINT strike_appeal_file_name_length CHECK (length(name) BETWEEN 1 AND 120),
    content_type text NOT NULL CONSTRAINT strike_appeal_file_type_known CHECK (content_type IN ('application/pdf', 'image/png', 'image/jpeg')),
    size         integer NOT NULL GENERATED ALWAYS AS (octet_length(content)) STORED,
    content      bytea NOT NULL CONSTRAINT strike_appeal_file_size CHECK (octet_length(content) BETWEEN 1 AND 10485760),
    uploaded_at  timestamptz NOT NULL
);
ALTER TABLE strike_appeal_file ALTER content SET STORAGE EXTERNAL; -- such files are packed already

-- Whose a closure is: who made it, and for which department (none: the career centre). Those of before have nobody.
ALTER TABLE closure ADD made_by uuid REFERENCES account, ADD department_id uuid REFERENCES department;
UPDATE closure SET made_by = coalesce(blocking.decided_by, blocking.asked_by), department_id = blocking.department_id FROM blocking WHERE blocking.id = closure.blocking_id;
