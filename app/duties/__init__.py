"""Duties 职责: what widens somebody's role, near which rooms, for how long, with whom in their absence."""
