"""Tables as offices keep them: csv, workbooks and calendars read and written, cells understood."""
