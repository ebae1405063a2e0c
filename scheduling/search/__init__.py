"""The search for a schedule, from construction to result."""
