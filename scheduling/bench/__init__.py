"""Measurements of the engine, each a function that returns what the command prints as JSON."""
