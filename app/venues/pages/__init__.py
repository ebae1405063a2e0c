"""Pages of campuses, rooms, channels and their closures."""
