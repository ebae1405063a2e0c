"""Answers about one schedule: free placements, explanations, proofs, re-solving and what more would help."""
