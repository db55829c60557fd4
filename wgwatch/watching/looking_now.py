"""Have a page looked at now, as far as that is polite: the running service, or the next `check`, does it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from config.durations import duration_in_words
from config.errors import UsageError
from config.schedules import SHORTEST
from crawler.fetching.hosts import HOST
from crawler.timing.intervals import opening
from storage import pages
from storage.pages import Page
from storage.watched import pace
from storage.work import leases


class TooSoon(UsageError):
    """The page was looked at just now; `at` is when it may be asked for again."""

    def __init__(self, page: Page, at: datetime) -> None:
        self.at = at
        super().__init__(
            f"{page.label} was looked at less than {duration_in_words(SHORTEST)} ago: it can be looked at again at "
            f"{at:%H:%M:%S} UTC"
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """When a page will be looked at, and whether a service runs that does it."""

    at: datetime
    is_running: bool


def look_now(connection: sa.Connection, page_id: int, now: datetime) -> Asked:
    """Make a page due, once the pause of its host is over and its hours have begun.

    Raises TooSoon within the shortest interval after the last look, UsageError for a page that is not watched.
    """
    page = pages.lock(connection, page_id)
    if page.paused_at is not None:
        raise UsageError(f"{page.label} is not watched: it is {page.state}")
    if page.last_check_at and now < page.last_check_at + SHORTEST:
        raise TooSoon(page, page.last_check_at + SHORTEST)
    at = opening(page.spec, max(now, _rested(connection, page, now)))
    if page.next_check_at is None or at < page.next_check_at:
        pages.update(connection, page_id, next_check_at=at)
    else:
        at = page.next_check_at
    return Asked(at, leases.holder(connection, "service", now) is not None)


def _rested(connection: sa.Connection, page: Page, now: datetime) -> datetime:
    """When the pause after the last request to the page's host is over."""
    name = f"{HOST}{page.host}"
    _, until = pace.get(connection, [name]).get(name, (0.0, now))
    return until
