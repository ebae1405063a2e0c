"""Pages of departments and of who decides near their rooms."""
