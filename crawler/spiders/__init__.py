"""The spider that asks for the pages of one host."""
