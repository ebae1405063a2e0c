"""Pages of an employer's people, and of the link that invites somebody."""
