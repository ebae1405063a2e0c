"""Calendars (.ics) as lists of closures: reading them, when their events take place, what they replace."""
