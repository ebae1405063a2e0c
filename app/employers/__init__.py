"""Employers: registration, licences, review."""
