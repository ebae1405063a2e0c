"""The page of the calendars that somebody subscribes to."""
