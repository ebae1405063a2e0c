"""Accounts of people who sign in, with their sessions and one-time links."""
