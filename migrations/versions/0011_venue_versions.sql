-- Campuses, departments and majors are edited by several people too: If-Match needs a version of each row.
ALTER TABLE campus ADD COLUMN row_version integer NOT NULL DEFAULT 1;
ALTER TABLE department ADD COLUMN row_version integer NOT NULL DEFAULT 1;
ALTER TABLE major ADD COLUMN row_version integer NOT NULL DEFAULT 1;
