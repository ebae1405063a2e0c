CREATE INDEX booking_by_activity ON booking (activity_id);
