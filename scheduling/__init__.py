"""The engine: places requests in rooms and times; pure, no I/O, no clock, usable without the app."""
