"""A season that people live through: they ask, answer, change their minds, break things, and all of it is counted."""
