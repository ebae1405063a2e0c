"""Pages of a season and its rules."""
