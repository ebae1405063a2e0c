"""The edge: HTTP, pages, sessions, problems."""
