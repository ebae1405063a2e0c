"""Background jobs: relay, mail, solving, maintenance; the commands `worker` and `relay` start them."""
