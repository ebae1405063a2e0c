"""Promises: places that activities hold."""
