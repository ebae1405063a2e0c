"""What every controller and page stands on: guards, problems, preconditions, sessions, idempotency, live updates."""
