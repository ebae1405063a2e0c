"""Schedules: solving, versions, releases."""
