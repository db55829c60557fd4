"""The page's own past: what an answer is measured by that knows nothing of its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from crawler.guard.glances import Glance, glance, own_text
from crawler.guard.kinds import REPLACED, Signal

PRESENT = 0.5
"""With this share of its old words a page is there, whatever else it says."""
ABSENT = 0.2
SHRUNK = 0.25
WORDS = re.compile(r"\w{4,}")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
"""What pages of groups say as soon as they say anything, and notices hardly ever."""


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
    titles, its size. `is_replaced` where its text and its titles are, and a few words without a date came instead.
    """

    seen: Glance
    kept: float
    fresh: str
    missing: int
    is_replaced: bool


def replaced_since(old: Before) -> Iterator[Signal]:
    """Other words under another title, and few of them: whatever language they are in, they are not the page's."""
    if old.is_replaced:
        yield Signal(REPLACED, 2, f"there are another title, {old.kept:.0%} of its words, and little else")


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
    fresh = " ".join(line for line in lines if line not in known)
    gone, untitled = kept < ABSENT, not old.names & seen.names
    missing = gone + untitled + (size < SHRUNK * past.size)
    is_little = len(fresh) < SHRUNK * len(old.text()) and not YEAR.search(fresh)
    return Before(old, kept, fresh, missing, gone and untitled and is_little)
