"""Fairs over HTTP: for those who run them, and for exhibitors."""
