"""What employers, departments and the career centre ask for."""
