"""Every table, also those that are declared beside the functions of their room."""

from __future__ import annotations

from storage import attempts, sessions, tokens, users
from storage.models import metadata

__all__ = ["attempts", "metadata", "sessions", "tokens", "users"]
