"""Solving, versions, releases."""
