"""Series (系列活动): requests of one wish on several days."""
