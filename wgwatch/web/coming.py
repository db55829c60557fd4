"""Events by their own days, as the pages announce them now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from diffing.composing import Composed, compose
from storage import links, pages
from storage.asking import browsing, queries
from storage.records import Event

LONGEST = timedelta(days=31)
"""An event that began earlier is over."""
PAGES = 120
"""Pages whose announcements are read at most; those with the first ones come first."""


@dataclass(frozen=True, slots=True)
class Coming:
    """An event as a list of days shows it: `day` as the page says it, at its precision."""

    id: str
    title: str
    starts_on: str
    ends_on: str | None
    place: str
    group: str
    status: str | None
    page: str
    from_text: bool

    @property
    def days(self) -> str:
        """`2027-09-07`, `2027-09-07 to 09`."""
        if not self.ends_on or self.ends_on == self.starts_on:
            return self.starts_on
        same = (
            0
            if self.ends_on[:4] != self.starts_on[:4]
            else 5
            if self.ends_on[:7] != self.starts_on[:7]
            else 8
        )
        return f"{self.starts_on} to {self.ends_on[same:]}"


@dataclass(frozen=True, slots=True)
class Announced:
    """Events of a period, the first one first; `is_whole` unless more pages announce some than were read."""

    events: tuple[Coming, ...]
    is_whole: bool


def events_between(
    connection: sa.Connection,
    since: date,
    until: date,
    now: datetime,
    *,
    page_ids: Sequence[int] | None = None,
    most: int = PAGES,
) -> Announced:
    """Events whose own days meet a period (both ends included), of at most so many pages."""
    first, last = since.isoformat(), until.isoformat()
    starting = ((since - LONGEST).isoformat()[:7], last)
    ids = browsing.announcing(connection, *starting, most, page_ids)
    found = pages.get_all(connection, ids)
    said = queries.as_of(connection, Event.kind, found, now, starting=starting)
    answers = [answer for answer in said if queries.held_in(answer, first, last)]
    entity_of = links.entities(connection, {answer.record_id for answer in answers})
    return Announced(tuple(coming(compose(answers, entity_of))), len(ids) < most)


def coming(composed: Sequence[Composed]) -> list[Coming]:
    """The dated ones among events, in order of their days."""
    found = [_coming(each) for each in composed if getattr(each.shown.record, "starts_on", None)]
    return sorted(found, key=lambda event: (event.starts_on, event.title))


def _coming(composed: Composed) -> Coming:
    answer = composed.shown
    event = answer.record
    assert isinstance(event, Event)
    return Coming(
        id=answer.record_id,
        title=event.title,
        starts_on=event.starts_on or "",
        ends_on=event.ends_on,
        place=", ".join(part for part in (event.city, event.economy) if part),
        group=event.group or answer.group or "",
        status=event.status,
        page=answer.page,
        from_text=event.read_from == "prose",
    )
