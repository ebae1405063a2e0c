"""Tests of blockings."""
