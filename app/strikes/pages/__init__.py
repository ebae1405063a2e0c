"""Pages of strikes: an employer's record, and each no-show or late cancellation with its appeals."""
