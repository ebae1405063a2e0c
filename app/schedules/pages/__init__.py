"""Pages of a schedule: the board, its list, one activity."""
