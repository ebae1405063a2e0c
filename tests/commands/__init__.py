"""Tests of commands as a person runs them."""
