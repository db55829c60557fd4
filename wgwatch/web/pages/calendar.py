"""Events by their own days: a month as a grid, and as a list."""

from __future__ import annotations

import re
from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response

from config.errors import UsageError
from wgwatch.web.asked import reading, word
from wgwatch.web.coming import Coming, events_between
from wgwatch.web.groups import pages_called
from wgwatch.web.templating import show


@dataclass(frozen=True, slots=True)
class Day:
    """A field of the grid; `is_other` where it is of another month."""

    date: date
    events: tuple[Coming, ...]
    is_other: bool
    is_today: bool


def month(request: Request) -> Response:
    """The events that pages announce now for a month."""
    with reading(request) as (connection, now):
        first = _month(word(request, "month"), now.date())
        following = (first + timedelta(days=32)).replace(day=1)
        group = word(request, "group")
        ids = [page.id for page in pages_called(connection, group)] if group else None
        announced = events_between(connection, first, following - timedelta(days=1), now, page_ids=ids)
    found = announced.events
    return show(
        request,
        "calendar.html",
        first=first,
        before=(first - timedelta(days=1)).replace(day=1),
        following=following,
        weeks=_weeks(first, now.date(), found),
        unsure=[event for event in found if len(event.starts_on) < len("2027-09-07")],
        events=found,
        is_whole=announced.is_whole,
        group=group,
    )


def _month(asked: str | None, today: date) -> date:
    if asked is None:
        return today.replace(day=1)
    match = re.fullmatch(r"(\d{4})-(\d{1,2})", asked)
    if match is None or not (1 <= int(match[2]) <= 12 and 1900 <= int(match[1]) <= 2200):
        raise UsageError(f"'{asked}' is no month: write 2027-09")
    return date(int(match[1]), int(match[2]), 1)


def _weeks(first: date, today: date, found: Sequence[Coming]) -> list[list[Day]]:
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    return [
        [
            Day(
                day,
                tuple(event for event in found if _is_on(event, day.isoformat())),
                day.month != first.month,
                day == today,
            )
            for day in week
        ]
        for week in weeks
    ]


def _is_on(event: Coming, day: str) -> bool:
    """Only what is dated to the day stands in a field."""
    return len(event.starts_on) == len(day) and event.starts_on <= day <= (event.ends_on or event.starts_on)
