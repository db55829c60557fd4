"""How the pages were looked at over a period, and what stood on them: what shows that silence is no blindness."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from storage.models import observations, section_spans, sightings

BATCH = 500
KINDS = ("contact", "event", "project", "news")


@dataclass(slots=True)
class Looked:
    """The looks at a page in a period: how many, and how many of them were not read, by their outcome."""

    looks: int = 0
    unread: Counter[str] = field(default_factory=Counter)


def looks_in(
    connection: sa.Connection, page_ids: Sequence[int], since: datetime, until: datetime
) -> dict[int, Looked]:
    """Our own looks from a moment on, up to (not with) another; pages without any are left out."""
    found: dict[int, Looked] = {}
    columns = (sightings.c.page_id, sightings.c.good, sightings.c.outcome)
    for batch in _batches(page_ids):
        query = sa.select(*columns, sa.func.count()).where(
            sightings.c.page_id.in_(batch),
            sightings.c.good.in_((True, False)),  # the index has it before the time
            sightings.c.seen_at >= since,
            sightings.c.seen_at < until,
            sightings.c.origin == "check",
        )
        for page_id, good, outcome, number in connection.execute(query.group_by(*columns)):
            page = found.setdefault(page_id, Looked())
            page.looks += number
            if not good:
                page.unread[outcome] += number
    return found


def standing(
    connection: sa.Connection, page_ids: Sequence[int], moments: Sequence[datetime]
) -> dict[tuple[int, str], tuple[int, ...]]:
    """How many records of each kind each page listed at each of the moments, by (page, kind).

    Meetings known from sentences alone are no entries of a list and left out.
    """
    said = observations.c
    sums = [
        sa.func.coalesce(sa.func.sum(sa.case((_holds(moment), 1), else_=0)), 0).label(f"at_{place}")
        for place, moment in enumerate(moments)
    ]
    read_from = sa.func.coalesce(said.said["read_from"].as_string(), "list")
    is_listed = sa.or_(said.kind != "event", read_from != "prose")
    found: dict[tuple[int, str], tuple[int, ...]] = {}
    for batch in _batches(page_ids):
        query = sa.select(said.page_id, said.kind, *sums).where(
            said.page_id.in_(batch),
            said.kind.in_(KINDS),
            is_listed,
            sa.or_(said.next_look_at.is_(None), said.next_look_at > min(moments)),
        )
        for page_id, kind, *numbers in connection.execute(query.group_by(said.page_id, said.kind)):
            found[page_id, kind] = tuple(int(number) for number in numbers)
    return found


def sections_shown(
    connection: sa.Connection, page_ids: Sequence[int], moment: datetime
) -> set[tuple[int, str]]:
    """Which lists stood on which pages at a moment: (page, what the section holds: `events`, `contacts` ...)."""
    spans = section_spans.c
    found: set[tuple[int, str]] = set()
    for batch in _batches(page_ids):
        query = sa.select(spans.page_id, spans.holds).where(
            spans.page_id.in_(batch),
            spans.first_seen_at <= moment,
            sa.or_(spans.next_look_at.is_(None), spans.next_look_at > moment),
        )
        found |= {(row.page_id, row.holds) for row in connection.execute(query.distinct())}
    return found


def _holds(moment: datetime) -> sa.ColumnElement[bool]:
    said = observations.c
    return sa.and_(
        said.first_seen_at <= moment, sa.or_(said.next_look_at.is_(None), said.next_look_at > moment)
    )


def _batches(page_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (page_ids[start : start + BATCH] for start in range(0, len(page_ids), BATCH))
