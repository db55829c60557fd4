"""How a digest knows that nothing is new: for each group how often it was looked at, what was found, what is usual."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median_low
from typing import Any

import sqlalchemy as sa

from config.kinds import tell_word
from diffing.payload import in_json
from storage.asking import queries
from storage.pages import Page
from storage.sending.silence import KINDS, Looked, looks_in, sections_shown, standing

PERIODS = 4
"""What was found at the beginnings of so many periods gives the usual number: their median."""
MOST_CALM = 12
"""With more groups than this, those of which there is nothing to say but that they were read share a line."""
MOST_ROWS = 40


@dataclass(slots=True)
class Row:
    """A group's pages together. `found` has for each kind the number listed now, and the usual one where known."""

    group: str
    looks: int = 0
    unread: Counter[str] = field(default_factory=Counter)
    last_good: datetime | None = None
    never_read: int = 0
    found: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)

    @property
    def is_calm(self) -> bool:
        as_usual = all(usual in (None, number) for number, usual in self.found.values())
        return self.looks > 0 and not self.unread and not self.never_read and as_usual

    def to_json(self) -> dict[str, Any]:
        return {
            "group": self.group,
            "looks": self.looks,
            "unread": dict(self.unread),
            "last_good": in_json(self.last_good) if self.last_good and not self.never_read else None,
            "found": {kind: list(pair) for kind, pair in self.found.items()},
            "gone": self.gone,
        }


def silence(
    connection: sa.Connection, pages: Sequence[Page], since: datetime, until: datetime
) -> dict[str, Any]:
    """The rows of the table as plain values, those of note first; the others counted where there are many."""
    rows = _rows(connection, pages, since, until)
    rows.sort(key=lambda row: (row.is_calm, row.group.casefold()))
    shown = rows if len(rows) <= MOST_CALM else [row for row in rows if not row.is_calm][:MOST_ROWS]
    return {
        "groups": len(rows),
        "unread_groups": sum(row.looks - row.unread.total() <= 0 for row in rows),
        "named": all(page.acronym or page.name or page.said_name for page in pages),
        "rows": [row.to_json() for row in shown],
        "rest": _rest(rows[len(shown) :]),
    }


def held_back(pages: Sequence[Page]) -> list[dict[str, Any]]:
    """The pages that look broken and are looked at again before anything of it is told."""
    return [
        {
            "group": page.label,
            "since": in_json(page.suspect_since),
            "because": page.health_reason or "",
            "again": in_json(page.next_check_at) if page.next_check_at else None,
        }
        for page in pages
        if page.suspect_since is not None
    ]


def _rows(connection: sa.Connection, pages: Sequence[Page], since: datetime, until: datetime) -> list[Row]:
    ids = [page.id for page in pages]
    looked = looks_in(connection, ids, since, until)
    around = queries.looks_around(connection, pages, until)
    moments = [until, *(since - (until - since) * number for number in range(PERIODS))]
    counts = standing(connection, ids, moments)
    rows: dict[str, Row] = {}
    for page in pages:
        row = rows.setdefault(page.label, Row(page.label))
        _add_looks(row, looked.get(page.id, Looked()), around[page.id].last)
        first = around[page.id].first
        known = [first is not None and first <= at for at in moments[1:]]
        _add_found(row, page.id, counts, known)
    _mark_gone(connection, rows, pages, until)
    return list(rows.values())


def _add_looks(row: Row, looked: Looked, last_good: datetime | None) -> None:
    """Of several pages the one that was not read for the longest time counts."""
    row.looks += looked.looks
    row.unread += looked.unread
    row.never_read += last_good is None
    row.last_good = min(filter(None, (row.last_good, last_good)), default=None)


def _add_found(
    row: Row, page_id: int, counts: Mapping[tuple[int, str], tuple[int, ...]], known: Sequence[bool]
) -> None:
    for kind in KINDS:
        now, *before = counts.get((page_id, kind), (0,) * (len(known) + 1))
        earlier = [number for number, was_known in zip(before, known, strict=True) if was_known]
        usual = median_low(earlier) if earlier else None
        if now or usual:
            number, sum_usual = row.found.get(kind, (0, None))
            row.found[kind] = (number + now, None if usual is None else (sum_usual or 0) + usual)


def _mark_gone(
    connection: sa.Connection, rows: Mapping[str, Row], pages: Sequence[Page], moment: datetime
) -> None:
    """Say where a kind that is usually listed is not found because its whole section is no longer there."""
    empty = {
        label: [k for k, (now, usual) in row.found.items() if usual and not now]
        for label, row in rows.items()
    }
    asked = [page for page in pages if empty[page.label]]
    shown = sections_shown(connection, [page.id for page in asked], moment)
    for page in asked:
        gone = [kind for kind in empty[page.label] if (page.id, tell_word(kind)) not in shown]
        rows[page.label].gone = sorted({*rows[page.label].gone, *gone})


def _rest(rows: Sequence[Row]) -> dict[str, Any] | None:
    if not rows:
        return None
    last = [row.last_good for row in rows if row.last_good]
    return {
        "groups": len(rows),
        "least": min(row.looks for row in rows),
        "most": max(row.looks for row in rows),
        "unread": sum(row.unread.total() for row in rows),
        "last_good": in_json(min(last)) if last else None,
    }
