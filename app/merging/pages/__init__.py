"""The page on which entries of an employer are merged."""
