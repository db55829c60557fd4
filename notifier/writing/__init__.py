"""What messages say, in words, columns and files."""
