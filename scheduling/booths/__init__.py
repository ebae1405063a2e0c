"""Booths of a fair, assigned to its exhibitors."""
