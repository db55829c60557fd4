"""Questions about the past: what the pages said at a moment, over a period, ever, and how that is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import captures
from storage.models import observations, sightings
from storage.pages import Page
from storage.records import Event, Group, Record, record_from_json

SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Answer:
    """One version of what one page said of a record.

    `first_seen` to `last_seen` is the interval of looks at which the page said so, as known at the asked moment;
    `next_look` is the first look after it, None where there was none yet. `state` is `seen`, or why it is no longer
    (`removed`, `ended`, `section not shown`, `modified`, `replaced`).
    """

    record_id: str
    record: Record
    page: str
    group: str | None
    first_seen: datetime
    last_seen: datetime
    next_look: datetime | None
    state: str

    def to_json(self) -> dict[str, Any]:
        """The record's facts with where and when they were read."""
        return {
            "id": self.record_id,
            **self.record.said(),
            "inferred": dict(self.record.inferred),
            "confidence": self.record.confidence,
            "group": getattr(self.record, "group", None) or self.group,
            "page": self.page,
            "first_seen": self.first_seen,
            "last_seen": self.last_seen,
            "next_look": self.next_look,
            "state": self.state,
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which of the asked pages can answer at all: the earliest look at any of them, and those looked at in time."""

    earliest: datetime | None
    pages: tuple[Page, ...]


def coverage(connection: sa.Connection, pages: Sequence[Page], moment: datetime) -> Coverage:
    """Pages that had been looked at by a moment."""
    query = (
        sa.select(sightings.c.page_id, sa.func.min(sightings.c.seen_at))
        .where(sightings.c.good)
        .group_by(sightings.c.page_id)
    )
    first = {row[0]: row[1] for row in connection.execute(query)}
    starts = [first[page.id] for page in pages if page.id in first]
    covered = tuple(page for page in pages if page.id in first and first[page.id] <= moment)
    return Coverage(min(starts, default=None), covered)


def as_of(
    connection: sa.Connection, kind: str, pages: Iterable[Page], moment: datetime, *, history: bool = False
) -> list[Answer]:
    """What the pages said at a moment: by the last capture at or before it. With `history`, all they had ever said."""
    answers: list[Answer] = []
    for page in pages:
        last, following = captures.neighbours(connection, page.id, moment)
        if last is None:
            continue
        group = _group_at(connection, page, moment)
        for row in _versions(connection, page.id, kind, moment):
            current = row.next_look_at is None or row.next_look_at > moment
            if current or history:
                answers.append(_answer(row, page, group, moment, last, following, current))
    return answers


def during(
    connection: sa.Connection, kind: str, pages: Iterable[Page], since: datetime, until: datetime
) -> list[Answer]:
    """All that the pages said at some look in a period (both ends included)."""
    answers: list[Answer] = []
    for page in pages:
        looks = _looks(connection, page.id, since, until)
        if not looks:
            continue
        last, following = captures.neighbours(connection, page.id, until)
        group = _group_at(connection, page, until)
        for row in _versions(connection, page.id, kind, until):
            ends = row.last_seen_at or looks[-1]
            if any(row.first_seen_at <= look <= ends for look in looks):
                current = row.next_look_at is None or row.next_look_at > until
                answers.append(_answer(row, page, group, until, last or looks[-1], following, current))
    return answers


def looked_in(connection: sa.Connection, page_id: int, since: datetime, until: datetime) -> bool:
    """Whether the page was read at all in a period."""
    return bool(_looks(connection, page_id, since, until))


def history_of(connection: sa.Connection, record_id: str) -> list[Any]:
    """Every version of a record, oldest first, as rows of observations."""
    query = sa.select(observations).where(observations.c.record_id == record_id)
    return list(connection.execute(query.order_by(observations.c.first_seen_at)))


def held_in(answer: Answer, since: str, until: str) -> bool:
    """Whether an event's own days meet a period, given as ISO dates; what has no date does not."""
    record = answer.record
    if not isinstance(record, Event) or not record.starts_on:
        return False
    ends = record.ends_on or record.starts_on
    # a date of lower precision covers all its days: 2016-09 meets 2016-09-12
    return record.starts_on <= until and ends[: len(since)] >= since[: len(ends)]


def _versions(connection: sa.Connection, page_id: int, kind: str, moment: datetime) -> list[Any]:
    query = (
        sa.select(observations)
        .where(
            observations.c.page_id == page_id,
            observations.c.kind == kind,
            observations.c.first_seen_at <= moment,
        )
        .order_by(observations.c.first_seen_at, observations.c.id)
    )
    return list(connection.execute(query))


def _answer(
    row: Any,
    page: Page,
    group: str | None,
    moment: datetime,
    last: datetime,
    following: datetime | None,
    current: bool,
) -> Answer:
    return Answer(
        record_id=row.record_id,
        record=record_from_json(row.kind, row.said),
        page=page.url,
        group=group,
        first_seen=row.first_seen_at,
        last_seen=last if current else row.last_seen_at,
        next_look=following if current else row.next_look_at,
        state=SEEN if current else row.verdict,
    )


def _group_at(connection: sa.Connection, page: Page, moment: datetime) -> str | None:
    """What the group was called then: the profile's acronym, else the page's own words."""
    if page.acronym:
        return page.acronym
    rows = _versions(connection, page.id, Group.kind, moment)
    own = [row for row in rows if row.said.get("read_from", "page") == "page"]
    return record_from_json(Group.kind, own[-1].said).label if own else page.name


def _looks(connection: sa.Connection, page_id: int, since: datetime, until: datetime) -> list[datetime]:
    query = (
        sa.select(sightings.c.seen_at)
        .where(
            sightings.c.page_id == page_id,
            sightings.c.good,
            sightings.c.seen_at >= since,
            sightings.c.seen_at <= until,
        )
        .order_by(sightings.c.seen_at)
    )
    return list(connection.execute(query).scalars())
