"""A problem compiled to arrays, which every search reads and none writes."""
