"""The people of an employer: its owner and colleagues, how they come and go, and who takes over whose requests."""
