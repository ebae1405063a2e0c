"""Pages of employers: the review for organisers, and a contact's own employer."""
