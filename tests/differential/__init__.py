"""The same random commands to two checkouts of this project; run by hand, see `__main__`."""
