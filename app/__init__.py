"""The service: what a career centre's season is, kept in PostgreSQL, shown on pages, told by mail."""
