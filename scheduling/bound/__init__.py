"""The upper bound: a linear relaxation of the season by days."""
