"""Seasons, their working calendar and policies."""
