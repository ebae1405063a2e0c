-- A draft may be withdrawn without having been submitted.
ALTER TABLE request DROP CONSTRAINT request_submitted_has_time;
ALTER TABLE request ADD CONSTRAINT request_submitted_has_time
    CHECK (state IN ('draft', 'withdrawn') OR submitted_at IS NOT NULL);
