"""Channels besides mail: robots of WeCom groups, and signed webhooks of other systems."""
