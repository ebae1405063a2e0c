"""Large events (大型活动安全报备): what is filed with security by when, and what is off the programme without it."""
