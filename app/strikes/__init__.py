"""Strikes (违约记录): no-shows and late cancellations of employers, what follows, and appeals against them."""
