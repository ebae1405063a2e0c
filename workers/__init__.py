"""Background jobs: the relay, mail, solving, reminders; started by the worker and relay commands."""
