"""What is known, gathered for other programs."""
