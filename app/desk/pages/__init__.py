"""How likely placements look."""
