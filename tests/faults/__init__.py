"""Tests that kill a part of the system on purpose."""
