"""Pages that read many features."""
