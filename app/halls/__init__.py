"""Hall plans: what stands where in a room at a fair."""
