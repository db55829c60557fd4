"""When it is news that a page cannot be read, or can be read again: never for a site's bad minute."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from crawler.history.derivation import facts_of
from crawler.timing import pacing
from diffing import importance
from diffing.payload import health_change
from storage import changes
from storage.changes import Change
from storage.pages import Page

FEWEST, MANY = 2, 5
"""Bad looks in a row that are told once the patience with the page is over; so many are told in any case."""
SHORTEST, LONGEST = timedelta(hours=1), timedelta(days=1)
"""Bounds of the patience with a page."""
WELL = 1.5
"""The patience, in times between two looks: it is over at the second bad look, also where that comes a little early."""


def trouble(
    connection: sa.Connection, page: Page, outcome: str, reasons: tuple[str, ...], bad: int, now: datetime
) -> list[Change]:
    """Publish that a page is blocked or cannot be read: once, after enough bad looks in a row and enough time."""
    if page.health_told or not (bad >= MANY or (bad >= FEWEST and _is_long_enough(connection, page, now))):
        return []
    kind = "page.blocked" if outcome == "blocked" else "page.failing"
    found = _health(page, kind, now, "; ".join(reasons))
    changes.publish(connection, found, now)
    return found


def recovery(page: Page, now: datetime) -> list[Change]:
    """The news that a page can be read again, where it was told that it could not be."""
    return _health(page, "page.recovered", now, page.health_reason or "") if page.health_told else []


def _is_long_enough(connection: sa.Connection, page: Page, now: datetime) -> bool:
    """Whether the last good look (of a new page: the first bad one) is well further back than two looks are apart."""
    since = page.last_good_at or page.health_since or now
    apart = pacing.next_regular(connection, page, since) - since
    return now - since >= min(max(WELL * apart, SHORTEST), LONGEST)


def _health(page: Page, kind: str, now: datetime, reason: str) -> list[Change]:
    return [
        health_change(
            facts_of(page),
            kind,
            now=now,
            since=page.health_since or now,
            last_good=page.last_good_at,
            reason=reason,
            weight=importance.of(kind),
        )
    ]
