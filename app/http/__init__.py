"""What all controllers and pages use: guards, problems, preconditions, sessions, idempotency, live updates."""
