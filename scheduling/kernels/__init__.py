"""Compilation by numba: the decorator, the way arrays reach compiled code, and random numbers.

The kernels themselves stand where they belong, in `arrays`, `moves`, `bound`, `booths` and `search`. The letters that
they use for indices are listed in docs/glossary.md.
"""
