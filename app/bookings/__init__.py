"""Bookings: placements that were promised to activities."""
