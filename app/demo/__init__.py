"""The demo: a believable school and its season."""
