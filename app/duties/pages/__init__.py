"""Pages of duties, for organisers."""
