"""Employers: their registration, licences and review."""
