"""Pages: plain forms and links first; HTMX swaps the same parts."""
