"""Dates in languages that the own grammar does not know, through dateparser: slow, so on short candidates only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

# A day, a word and a year, or a word, a day and a year: the word in another script, or as no title writes it.
CANDIDATE = re.compile(
    r"(?<![\w/])(?:\d{1,2}\.?\s+(?P<one>[^\W\d_]{2,14})\.?,?\s+(?:19|20)\d\d"
    r"|(?P<other>[^\W\d_]{2,14})\.?\s+\d{1,2},?\s+(?:19|20)\d\d)(?!\d)"
)
MOST = 3
"""Candidates asked about in one text."""
SETTINGS = {
    "STRICT_PARSING": True,
    "DATE_ORDER": "DMY",
    "PREFER_LOCALE_DATE_ORDER": False,
    "RETURN_AS_TIMEZONE_AWARE": False,
    "REQUIRE_PARTS": ["day", "month", "year"],
}


def date_of_another_tongue(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Days with where they stand in the text."""
    for count, found in enumerate(CANDIDATE.finditer(text)):
        word = found["one"] or found["other"]
        if count >= MOST:
            return
        if word.isascii():
            continue
        day = _parsed(found.group())
        if day is not None:
            yield day, found.span()


@lru_cache(maxsize=1024)
def _parsed(candidate: str) -> str | None:
    # Imported here: it takes a third of a second, which most pages never need.
    import dateparser  # type: ignore[import-untyped]

    found = dateparser.parse(candidate, settings=SETTINGS)
    return found.date().isoformat() if found else None
