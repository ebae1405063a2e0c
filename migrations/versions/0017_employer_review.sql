-- A suspended employer that changes what was verified stays suspended; when that ends, it is reviewed.
ALTER TABLE employer ADD COLUMN needs_review boolean NOT NULL DEFAULT false;

-- An employer as it is read.
CREATE VIEW employer_line AS
SELECT id, team_id, legal_name, name_en, credit_code, size_class, property_code, industry_code, city, website, introduction,
    licence_name, licence_code, licence_valid_until, state, state_reasons, state_note, suspended_until, review_asked_at,
    review_due_at, needs_review,
    EXISTS (SELECT 1 FROM licence_scan WHERE licence_scan.employer_id = employer.id) AS has_scan, row_version
FROM employer;
