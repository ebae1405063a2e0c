"""What people choose of messages: which kinds reach them at once, once a day, or not at all."""
