"""The schedule as files: xlsx, csv, ics, JSON."""
