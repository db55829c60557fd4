"""A word that is nearly a known one is usually a slip of the finger: say which one was meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'check'?` to end a sentence with, or nothing where no known word is near."""
    by_lower = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.7)
    return f"; did you mean '{by_lower[near[0]]}'?" if near else ""


def one_of(words: Iterable[str], last: str = "or") -> str:
    """`a`, `a or b`, `a, b or c`."""
    *first, end = words
    return f"{', '.join(first)} {last} {end}" if first else end
