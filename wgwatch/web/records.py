"""Records as tables show them, and a group's records sorted into what stands and what is over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from diffing.composing import Composed
from storage.asking.queries import SEEN, Answer
from storage.intervals import Interval

COLUMNS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "event": (
        ("starts_on", "from"),
        ("ends_on", "to"),
        ("title", "event"),
        ("city", "city"),
        ("economy", "economy"),
        ("project_code", "code"),
    ),
    "contact": (
        ("name", "name"),
        ("role", "role"),
        ("organization", "organization"),
        ("economy", "economy"),
        ("email", "e-mail"),
    ),
    "project": (("code", "code"), ("title", "project"), ("economy", "economy"), ("status", "status")),
    "news": (("date", "date"), ("title", "title")),
    "group": (("acronym", "acronym"), ("name", "name"), ("last_updated", "last updated")),
}
LEADING = {"event": "title", "contact": "name", "project": "title", "news": "title", "group": "name"}
"""The column that leads to the record."""
NARROW = frozenset({"starts_on", "ends_on", "date", "code", "project_code", "acronym"})


@dataclass(frozen=True, slots=True)
class Cell:
    """A fact in a table; empty where the page is silent."""

    text: str
    leads: bool
    is_narrow: bool
    inferred: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """A record in a table, with how it is known. `tenure` are the intervals of looks over which it was named."""

    id: str
    cells: tuple[Cell, ...]
    group: str
    page: str
    page_id: int
    state: str
    first_seen: datetime
    last_seen: datetime
    next_look: datetime | None
    tenure: tuple[Interval, ...]
    from_text: bool


def headings(kind: str) -> list[str]:
    """The columns' names."""
    return [heading for _, heading in COLUMNS[kind]]


def row(answer: Answer) -> Row:
    """The answer as a table shows it."""
    record = answer.record
    return Row(
        id=answer.record_id,
        cells=_cells(answer),
        group=getattr(record, "group", None) or answer.group or "",
        page=answer.page,
        page_id=answer.page_id,
        state=answer.state,
        first_seen=answer.first_seen,
        last_seen=answer.last_seen,
        next_look=answer.next_look,
        tenure=answer.intervals,
        from_text=getattr(record, "read_from", "list") == "prose",
    )


def over(ever: Sequence[Answer], standing: Sequence[Composed]) -> list[Answer]:
    """Of all that was ever said, the last word on each record that no longer stands, the latest first."""
    stand = {each.shown.record_id for each in standing}
    last: dict[str, Answer] = {}
    for answer in ever:
        known = last.get(answer.record_id)
        if answer.record_id not in stand and (known is None or answer.last_seen >= known.last_seen):
            last[answer.record_id] = answer
    gone = [answer for answer in last.values() if answer.state != SEEN]
    return sorted(gone, key=lambda answer: (answer.last_seen, _day(answer)), reverse=True)


def _cells(answer: Answer) -> tuple[Cell, ...]:
    kind, record = answer.record.kind, answer.record
    named = [name for name, _ in COLUMNS[kind] if _text(record, name)]
    leading = LEADING[kind] if LEADING[kind] in named else next(iter(named), LEADING[kind])
    return tuple(
        Cell(
            _text(record, name) or ("?" if name == leading else ""),
            name == leading,
            name in NARROW,
            record.inferred.get(name),
        )
        for name, _ in COLUMNS[kind]
    )


def _text(record: Any, name: str) -> str:
    if name == "email" and getattr(record, "email_protected", False):
        return "protected"
    value = getattr(record, name)
    if name == "name" and value and getattr(record, "honorific", None):
        return f"{value} ({record.honorific})"
    return "" if value is None else str(value)


def _day(answer: Answer) -> str:
    return str(getattr(answer.record, "starts_on", None) or getattr(answer.record, "date", None) or "")
