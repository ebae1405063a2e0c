"""The recruitment notice (简章) beside its text: where students apply (网申链接), and its files (附件)."""
