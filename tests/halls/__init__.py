"""Tests of hall plans."""
