"""Pages on which offers and kept placements are answered."""
