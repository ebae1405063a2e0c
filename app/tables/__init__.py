"""Reads and writes tables as offices keep them: csv, workbooks, calendars."""
