"""Pages of employers: the review, and the own entry."""
