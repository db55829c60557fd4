"""Intervals of looks: from the first to the last look that saw something, and the first that no longer did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Interval:
    """Seen at every look from `first_seen` to `last_seen`; when it began and ended exactly, nobody knows.

    `next_look` is the first look that did not see it, None where there was none yet.
    """

    first_seen: datetime
    last_seen: datetime
    next_look: datetime | None

    def meets(self, since: datetime | None, until: datetime | None) -> bool:
        """Whether it was seen at some moment of a period (both ends included, None is open)."""
        return (until is None or self.first_seen <= until) and (since is None or self.last_seen >= since)

    def to_json(self) -> dict[str, Any]:
        return {"first_seen": self.first_seen, "last_seen": self.last_seen, "next_look": self.next_look}


def joined(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """In order of time; those that follow each other without a look between them are one."""
    found: list[Interval] = []
    for interval in sorted(intervals, key=lambda one: one.first_seen):
        previous = found[-1] if found else None
        if previous is None or (previous.next_look is not None and previous.next_look < interval.first_seen):
            found.append(interval)
        elif interval.last_seen >= previous.last_seen:
            found[-1] = Interval(previous.first_seen, interval.last_seen, interval.next_look)
    return tuple(found)
