-- Bookings of whose beginning their people were reminded. A table of its own: nothing of the booking changes by that.
CREATE TABLE booking_reminder (
    booking_id  uuid PRIMARY KEY REFERENCES booking ON DELETE CASCADE,
    reminded_at timestamptz NOT NULL
);
