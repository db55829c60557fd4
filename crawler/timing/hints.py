"""Hints that a page is worth a look sooner: its meetings, its feeds, and what links to it. None puts a look off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa

from config.addresses import page_key
from config.errors import UsageError
from crawler.timing.intervals import opening, zone_of
from storage import observations, pages
from storage.changes import Change
from storage.pages import Page
from storage.watched import follows

DAY = timedelta(days=1)
FRESH = timedelta(minutes=10)
"""A page that was looked at so short a time ago has most likely been seen as it is."""


def of_meetings(connection: sa.Connection, page: Page, now: datetime, wanted: datetime) -> datetime | None:
    """The beginning of the day before a meeting begins, or after it has ended, where one comes before `wanted`."""
    if wanted - now <= DAY:
        return None
    zone = zone_of(page.spec)
    days = [day for first, last in observations.meetings(connection, page.id) for day in _around(first, last)]
    moments = [datetime.combine(day, time(), zone).astimezone(UTC) for day in days]
    return min((moment for moment in moments if now < moment < wanted), default=None)


def heed(connection: sa.Connection, page: Page, found: Sequence[Change], now: datetime) -> None:
    """What was found on a page may be news of others: those that it links to, and the one whose feed it is."""
    told = [change for change in found if not change.noise]
    if not told:
        return
    for other in {*_linked(connection, told), *follows.offered_by(connection, page.id)} - {page.id}:
        if pages.try_lock(connection, other):
            _look_at(connection, pages.get(connection, other), now)


def bring_forward(connection: sa.Connection, page: Page, now: datetime) -> None:
    """Look at a page as soon as its hours allow. One that cannot be read is left to its own pauses."""
    due = page.next_check_at
    if due is None or page.paused_at is not None or page.bad_looks:
        return
    if (soon := opening(page.spec, now)) < due:
        pages.update(connection, page.id, next_check_at=soon)


def _look_at(connection: sa.Connection, page: Page, now: datetime) -> None:
    if page.last_check_at is None or now - page.last_check_at >= FRESH:
        bring_forward(connection, page, now)


def _around(first: str | None, last: str | None) -> Iterable[date]:
    begins, ends = _day(first), _day(last or first)
    return [*([begins - DAY] if begins else ()), *([ends + DAY] if ends else ())]


def _day(text: str | None) -> date | None:
    """A whole date; months and years say too little."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _linked(connection: sa.Connection, found: Iterable[Change]) -> set[int]:
    """The watched pages that records of these changes link to."""
    keys = set()
    for change in found:
        after = (change.payload["record"] or {}).get("after") or {}
        try:
            keys.add(page_key(after.get("link") or ""))
        except UsageError:
            continue
    found_pages = (pages.by_key(connection, key) for key in sorted(keys))
    return {page.id for page in found_pages if page}
