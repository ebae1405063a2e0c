"""Pages of blockings and closures."""
