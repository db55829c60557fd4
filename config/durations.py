"""Lengths of time as people write them: `5 seconds`, `6 hours`, `90 days`."""

from __future__ import annotations

import re
from datetime import timedelta

from config.errors import UsageError

UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
WRITTEN = re.compile(r"(?:(\d{1,9})\s+)?(second|minute|hour|day|week)s?")
LONGEST = timedelta(days=3660)


def parse_duration(text: object) -> timedelta:
    """`90 days`, `1 hour`, `hour`. Raises UsageError, also for more than ten years."""
    match = WRITTEN.fullmatch(text.strip().lower()) if isinstance(text, str) else None
    if match is None:
        raise UsageError(f"'{text}' is no length of time: write for example 5 seconds, 6 hours or 90 days")
    seconds = int(match[1] or 1) * UNITS[match[2]]
    if seconds > LONGEST.total_seconds():
        raise UsageError(f"'{text}' is longer than ten years")
    return timedelta(seconds=seconds)


def duration_in_words(length: timedelta) -> str:
    """In the largest unit that fits without a rest: `90 minutes`, `1 hour`. Parts of a second are dropped."""
    seconds = int(length.total_seconds())
    unit = next(
        (name for name, size in reversed(UNITS.items()) if seconds >= size and seconds % size == 0), "second"
    )
    count = seconds // UNITS[unit]
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def roughly(length: timedelta) -> str:
    """In the largest unit of which there are two, rounded down: `47 minutes`, `3 days`."""
    seconds = int(length.total_seconds())
    unit = next((name for name, size in reversed(UNITS.items()) if seconds >= 2 * size), None)
    return f"{seconds // UNITS[unit]} {unit}s" if unit else "a moment"
