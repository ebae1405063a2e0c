"""Amendments (改动): changes of requests that are approved, waitlisted or scheduled."""
