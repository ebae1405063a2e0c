"""From the rows of a season to the engine's problem, and back."""
