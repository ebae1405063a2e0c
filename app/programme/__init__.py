"""What students read: the confirmed activities of a season, searchable, as pages and calendars."""
