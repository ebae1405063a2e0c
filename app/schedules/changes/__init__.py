"""What a release would change: beside what stands, on top of what is newer, and whom it tells."""
