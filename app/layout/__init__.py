"""What all pages share: the frame, its parts and forms, dates and names as a reader sees them, static files."""
