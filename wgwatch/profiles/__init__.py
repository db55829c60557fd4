"""Profiles being made and tested."""
