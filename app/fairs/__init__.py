"""Fairs (专场招聘会、双选会) while they are organised: opened, filled with exhibitors, and what these are told."""
