"""Facts that promises stand on: seasons, calendar, venues, policies. Who writes one has the season for itself."""
