"""Blockings: somebody asks for a room or channel to be closed; what is accepted counts, and may have exceptions."""
