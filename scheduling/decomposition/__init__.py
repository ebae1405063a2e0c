"""Logic-based Benders decomposition: a master program assigns days, subproblems decide each day."""
