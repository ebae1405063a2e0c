"""Tests: they mirror the packages; real servers, no mocks of our own code."""
