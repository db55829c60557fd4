"""Changes as lists show them: those of a day together, and in it those of one look at a page."""

from __future__ import annotations

from collections.abc import Sequence
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
class Look:
    """What one look at a page found, the most important first. `group` is empty where the page has no name."""

    group: str
    page_id: int
    before: datetime | None
    after: datetime
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """What was first seen on one day (UTC)."""

    day: str
    looks: tuple[Look, ...]


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


def by_day(found: Sequence[Change]) -> list[Day]:
    """In the order given, those of a day together, and of it those of a look."""
    weights = {change.id: change.importance for change in found}
    lines = sorted(map(line, found), key=lambda one: (one.first_seen_after, one.page_id), reverse=True)
    looks = [
        _look(sorted(mine, key=lambda one: -weights[one.id]))
        for _, mine in groupby(lines, key=lambda one: (one.first_seen_after, one.page_id))
    ]
    days = groupby(looks, key=lambda look: f"{look.after:%Y-%m-%d}")
    return [Day(day, tuple(mine)) for day, mine in days]


def _look(lines: list[Line]) -> Look:
    first = lines[0]
    group = next((one.group for one in lines if one.group), "")
    return Look(group, first.page_id, first.last_seen_before, first.first_seen_after, tuple(lines))
