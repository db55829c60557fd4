"""What was ever said, to be found by its words."""
