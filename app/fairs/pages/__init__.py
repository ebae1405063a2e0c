"""Pages of fairs: for those who run them, and for exhibitors."""
