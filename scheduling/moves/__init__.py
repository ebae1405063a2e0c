"""The search state and the moves that change it."""
