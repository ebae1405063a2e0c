"""What is decided of a request that may have bookings: approve, refuse, withdraw, cancel, stop, no-show."""
