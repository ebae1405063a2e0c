"""What is told once a day: the messages that somebody chose so, and what waits for the career centre."""
