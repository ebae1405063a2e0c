-- Every look at an activity asks for its booking that was not given back.
CREATE INDEX booking_standing ON booking (activity_id) WHERE state <> 'released';
