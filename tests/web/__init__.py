"""Tests of the web foundations."""
