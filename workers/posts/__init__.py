"""What leaves to channels: robots of WeCom groups and webhooks."""
