"""What is decided of a request that may hold placements: approve, refuse, withdraw, cancel, stop, no-show."""
