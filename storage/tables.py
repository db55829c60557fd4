"""Every table, also those that are declared beside the functions of their room."""

from __future__ import annotations

from storage import (
    additions,
    attempts,
    compatibility,
    holds,
    processes,
    proposals,
    rests,
    sessions,
    tokens,
    trials,
    users,
)
from storage.models import metadata

__all__ = [
    "additions",
    "attempts",
    "compatibility",
    "holds",
    "metadata",
    "processes",
    "proposals",
    "rests",
    "sessions",
    "tokens",
    "trials",
    "users",
]
