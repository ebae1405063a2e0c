"""Pages of mails: what is due, sent or failed."""
