"""An operator pauses a page by hand, and resumes it; the watchlist file keeps naming it meanwhile."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from config.errors import UsageError
from storage import pages
from storage.pages import Page
from storage.watched import rests
from storage.watched.rests import Rest


def pause(connection: sa.Connection, page_id: int, by: str, now: datetime) -> Page:
    """Look at it no more until it is resumed. Raises UsageError for what is not watched, or found by a link."""
    page = pages.lock(connection, page_id)
    if page.paused_at is not None:
        raise UsageError(f"{page.label} is not looked at anyhow: it is {page.state}")
    if not page.is_named:
        raise UsageError(f"{page.label} is followed by a link: its source says with follow what is watched")
    rests.begin(connection, Rest(page_id, by, now))
    pages.update(connection, page_id, paused_at=now, next_check_at=None)
    return pages.get(connection, page_id)


def resume(connection: sa.Connection, page_id: int, now: datetime) -> Page:
    """Look at it again, at once. Raises UsageError for a page that was not paused by hand."""
    page = pages.lock(connection, page_id)
    if rests.of_page(connection, page_id) is None:
        raise UsageError(f"{page.label} was not paused by hand: it is {page.state}")
    rests.end(connection, [page_id])
    pages.update(connection, page_id, paused_at=None, next_check_at=now)
    return pages.get(connection, page_id)


def keep_resting(connection: sa.Connection, kept: list[int], now: datetime) -> None:
    """After the watchlist was brought in: those that it still names go on resting, the others are forgotten."""
    resting = rests.page_ids(connection)
    rests.end(connection, set(resting) - set(kept))
    for page_id in set(resting) & set(kept):
        pages.update(connection, page_id, paused_at=now, next_check_at=None)
