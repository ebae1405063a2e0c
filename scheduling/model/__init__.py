"""Problems, solutions and their rules: what is asked, what is answered, and what makes an answer valid."""
