"""When a page is looked at next."""
