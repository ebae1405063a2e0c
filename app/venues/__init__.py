"""What a season happens in: campuses, departments, majors, rooms, channels, closures."""
