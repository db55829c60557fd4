"""Changes as lists show them: by day, with what leads to each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from diffing.importance import level
from storage.changes import Change


@dataclass(frozen=True, slots=True)
class Line:
    """One change in a list."""

    id: str
    kind: str
    summary: str
    group: str
    page_id: int
    importance: str
    state: str
    last_seen_before: datetime | None
    first_seen_after: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """What was first seen on one day (UTC)."""

    day: str
    lines: tuple[Line, ...]


def line(change: Change) -> Line:
    """The change as a list shows it."""
    state = "superseded" if change.superseded else change.state
    return Line(
        change.id,
        change.kind,
        change.summary,
        change.group or "",
        change.page_id,
        level(change.importance).word,
        state,
        change.last_seen_before,
        change.first_seen_after,
    )


def by_day(found: Iterable[Change]) -> list[Day]:
    """In the order given, those of a day together."""
    grouped = groupby(map(line, found), key=lambda line: f"{line.first_seen_after:%Y-%m-%d}")
    return [Day(day, tuple(lines)) for day, lines in grouped]
