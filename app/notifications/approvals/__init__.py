"""Approvals are told with the place that follows them; by themselves only where none follows in time."""
