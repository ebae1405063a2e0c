"""The page where files are imported."""
