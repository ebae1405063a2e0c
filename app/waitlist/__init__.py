"""The waitlist (候补): who waits for a place, in which order, and how the next one gets what becomes free."""
