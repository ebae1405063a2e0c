"""Letters about fairs: to exhibitors, and to those who run the fair."""
