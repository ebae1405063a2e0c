"""Taking part in another employer's session: who is asked, and what they answer."""
