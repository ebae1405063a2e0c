"""Amendments: changes of what is decided."""
