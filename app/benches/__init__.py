"""Benches of the service: what it does beside what is physically needed, both in one run."""
