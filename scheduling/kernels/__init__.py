"""Compilation by numba: the decorator, the way arrays reach compiled code, and random numbers."""
