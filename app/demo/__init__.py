"""The demo: an invented school and its season."""
