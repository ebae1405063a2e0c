"""Where a season happens: campuses, departments, majors, rooms, channels, closures."""
