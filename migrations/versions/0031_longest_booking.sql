-- How long one activity may have a room; null: as long as the season's rule allows.
ALTER TABLE room ADD max_minutes integer CONSTRAINT room_max_minutes_range CHECK (max_minutes BETWEEN 15 AND 840);
