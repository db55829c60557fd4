"""Whether a link is one that a source follows: its path against the pattern that the watchlist gives."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit


def matches(pattern: str, url: str) -> bool:
    """Whether the path of an address is as `/groups/*` says: `*` is any text, letter case does not matter.

    The query counts only where the pattern has a `?`; there it stands for itself.
    """
    parts = urlsplit(url)
    asked = unquote(parts.path) or "/"
    if "?" in pattern:
        asked += f"?{unquote(parts.query)}"
    said = unquote(pattern) if pattern.startswith(("/", "*")) else f"/{unquote(pattern)}"
    return _is_like(re.sub(r"\*+", "*", said).casefold().split("*"), asked.casefold())


def _is_like(pieces: list[str], text: str) -> bool:
    """Each piece in its turn, as early as may be: linear, where a regular expression could try for ever."""
    first, *middle = pieces
    if not middle:
        return text == first
    last = middle.pop()
    if len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in middle:
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True
