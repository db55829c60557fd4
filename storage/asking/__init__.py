"""Questions: about the past, about how all stands, and what lists show."""
