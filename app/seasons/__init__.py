"""Seasons, with their working calendar and policies."""
