"""Backups: one archive of database, watchlist and profiles, made while all goes on, and what brings it back."""
