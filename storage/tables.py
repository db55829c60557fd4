"""Every table, also those that are declared beside the functions of their room."""

from __future__ import annotations

from storage import compatibility
from storage.access import attempts, sessions, tokens, users
from storage.models import metadata
from storage.sending import holds
from storage.watched import additions, proposals, rests
from storage.work import processes, trials

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
