"""Other employers of a session: asked, answering, told."""
