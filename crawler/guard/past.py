"""The page's own past: what an answer is measured by that knows nothing of its words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from crawler.guard.glances import Glance, glance, own_text

PRESENT = 0.5
"""With this share of its old words a page is there, whatever else it says."""
ABSENT = 0.2
SHRUNK = 0.25
WORDS = re.compile(r"\w{4,}")


@dataclass(frozen=True, slots=True)
class Past:
    """The page's last good answer. `size` is in bytes; `load` fetches the body where there is cause for doubt, None
    if it is no longer kept.
    """

    sha256: str
    size: int
    content_type: str | None
    address: str
    load: Callable[[], bytes | None] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Before:
    """What the last good answer showed, beside a new one: `kept` is the share of its words that is still there.

    `fresh` is what the new one says that it did not, `missing` how many of three things are gone: its text, its
    titles, its size.
    """

    seen: Glance
    kept: float
    fresh: str
    missing: int


def before(past: Past, seen: Glance, size: int) -> Before | None:
    """The past beside an answer of `size` bytes; None where it had no text to compare with."""
    body = past.load()
    words = set(WORDS.findall(own_text(body, past.content_type))) if body else set()
    if not (body and words):
        return None
    old = glance(body, past.content_type)
    lines, known = seen.lines(), set(old.lines())
    there = set(WORDS.findall(" ".join(lines)))
    kept = len(words & there) / len(words)
    missing = (kept < ABSENT) + (not old.names & seen.names) + (size < SHRUNK * past.size)
    return Before(old, kept, " ".join(line for line in lines if line not in known), missing)
