"""The service: it keeps a recruiting season in PostgreSQL, shows it on pages and in an API, and sends its mails."""
