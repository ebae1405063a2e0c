"""Two entries of one employer become one."""
