"""Where exhibitors of a fair stand: its halls, booths given by the engine or by hand, and who is told."""
