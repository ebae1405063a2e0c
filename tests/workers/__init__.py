"""Tests of the relay and the jobs."""
