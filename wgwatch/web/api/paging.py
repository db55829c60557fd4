"""Lists a piece at a time: each goes on after the last entry of the one before, whatever came in between."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from config.errors import FieldErrors


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a list. `after` is the cursor of the next one, None at the end; `notes` are sentences beside it."""

    items: Sequence[Any]
    after: str | None = None
    notes: Sequence[str] = ()


def cursor(*place: str | int | None) -> str:
    """A place in a list, as a word that means nothing to others."""
    return base64.urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode().rstrip("=")


def place(word: str | None, *shape: type) -> tuple[Any, ...] | None:
    """The place that a cursor names; None without one. Raises FieldErrors where it is none of this list's."""
    if word is None:
        return None
    try:
        found = json.loads(base64.b64decode(word + "=" * (-len(word) % 4), b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        found = None
    if not isinstance(found, list) or tuple(map(type, found)) != shape or not _is_storable(found):
        raise lost()
    return tuple(found)


def lost() -> FieldErrors:
    """A cursor that leads nowhere."""
    return FieldErrors([("after", "this is no place in this list: begin it anew, without 'after'")])


def _is_storable(found: list[Any]) -> bool:
    """What a database takes: no text with a zero byte, no number above 64 bits."""
    return all("\0" not in value if isinstance(value, str) else abs(value) < 2**63 for value in found)
