"""The commands of developers and what only they need: checks, tests, the tools that carry them out."""
