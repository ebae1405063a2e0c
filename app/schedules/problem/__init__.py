"""From the rows of a season to a problem of the engine, and back: the one bridge between them."""
