"""Meetings that recur, told by the day of the week and not by dates: "Mondays at 15:00 PT, weekly"."""

from __future__ import annotations

import re

from crawler.extract.lines import Line
from crawler.extract.times import find_times
from storage.records import Event

_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
RECURS = re.compile(
    rf"\b{_DAY}s?\b(?:\s*\([^)]*\)s?)?\s+at\b|\bevery\s+(?:\w+\s+){{0,2}}{_DAY}|\b{_DAY}s\b|\((?:bi-?)?weekly|\(monthly"
    rf"|\b(?:first|second|third|fourth|last|1st|2nd|3rd|4th)\s+{_DAY}s?\s+(?:of\s+)?(?:each|every|the)\s+month",
    re.I,
)
LONGEST_TITLE = 120
LONGEST = 160


def recurs(text: str) -> bool:
    """Whether a text says that something recurs."""
    lower = text.lower()
    return ("day" in lower or "week" in lower or "month" in lower) and RECURS.search(text) is not None


def recurring(line: Line, page_title: str, section: str) -> Event | None:
    """As in "SIG Meeting: Thursdays at 09:00 PT (biweekly)", or a line that begins with the days.

    A line without a title of its own is the page's meeting, which is marked as inferred.
    """
    title, colon, rest = line.text.partition(": ")
    inferred = {}
    if not colon or not RECURS.search(rest) or len(title) > LONGEST_TITLE:
        if RECURS.match(line.text) is None or len(line.text) > LONGEST or not page_title:
            return None
        title, rest, inferred = page_title, line.text, {"title": "page-title"}
    times = next(find_times(rest), None)
    return Event(
        title=title,
        time=times.group().strip() if times else None,
        recurrence=rest.split(". ")[0].rstrip("."),
        link=line.link,
        section=section,
        place=line.place,
        confidence=0.5 if inferred else 1.0,
        inferred=inferred,
    )
