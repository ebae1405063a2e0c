"""Exact CP-SAT models of single days."""
