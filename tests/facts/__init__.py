"""Facts that promises stand on."""
