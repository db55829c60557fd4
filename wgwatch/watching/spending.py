"""What is spent of budgets and limits, and why pages are looked at when they are, in lines for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crawler.fetching.allowance import day_of, spent_in_words
from crawler.timing.intervals import opening, zone_of
from crawler.timing.pacing import Share, adaptive_interval, habit_of, in_a_line, is_paced, scales_of, shares
from storage import captures
from storage.pages import Page
from storage.watched import pace


@dataclass(frozen=True, slots=True)
class _Limit:
    """The most requests of a day for a source, or (None) for all together, and how many were made on a day."""

    source: str | None
    most: float
    count: float
    day: datetime | None


def spending(connection: sa.Connection, watched: Sequence[Page], now: datetime) -> list[str]:
    """A line for each limit of a day, and for each budget that adaptive pages share.

    The day is that of the pages' zone: the watchlist file may be broken by now.
    """
    zone = _zone(watched)
    shared = {source: share for source, share in shares(connection, now).items() if share.rates}
    looks = captures.looks_since(connection, day_of(now, zone)[0]) if shared else {}
    budgets = [_budget(source, shared[source], looks) for source in sorted(shared, key=str)]
    return [*limits(connection, watched, now), *budgets]


def limits(connection: sa.Connection, watched: Sequence[Page], now: datetime) -> list[str]:
    """A line for each limit of a day: few rows, however many pages there are."""
    return [_limit(limit, _zone(watched), now) for limit in _limits(connection)]


def _zone(watched: Sequence[Page]) -> ZoneInfo:
    return next((zone_of(page.spec) for page in watched if page.spec), ZoneInfo("UTC"))


def reasons(connection: sa.Connection, found: Sequence[Page], now: datetime) -> dict[int, str]:
    """Why pages are looked at when they are, by their numbers: those that wait, and the adaptive ones."""
    bounds, scales = _limits(connection), scales_of(connection)
    told = {}
    for page in found:
        if page.paused_at is None and (line := _waiting(page, bounds, now)):
            told[page.id] = line
        elif page.paused_at is None and is_paced(page):
            told[page.id] = in_a_line(page, adaptive_interval(page, habit_of(page), scales))
    return told


def _limit(limit: _Limit, zone: ZoneInfo, now: datetime) -> str:
    today, tomorrow = day_of(now, zone)
    count = limit.count if limit.day == today else 0.0
    waits = f"; pages wait until {tomorrow:%Y-%m-%d %H:%M} UTC" if count >= limit.most else ""
    whose = f" for {limit.source}" if limit.source else ""
    return f"Requests today{whose}: {count:.0f} of {limit.most:.0f}{waits}"


def _budget(source: str | None, share: Share, looks: Mapping[int, int]) -> str:
    whose = f"Budget of {source}" if source else "Budget"
    pages = "1 adaptive page" if len(share.rates) == 1 else f"{len(share.rates)} adaptive pages"
    today = f"; {sum(looks.get(page_id, 0) for page_id in share.page_ids)} made today"
    if share.budget is None:
        return f"{whose}: none is set, so {pages} share {share.left:.0f} looks a day{today}"
    fixed = f"{share.fixed:.0f} by fixed schedules"
    return f"{whose}: {share.budget:.0f} looks a day, {fixed}, {share.left:.0f} shared by {pages}{today}"


def _limits(connection: sa.Connection) -> list[_Limit]:
    sums = pace.of_kind(connection, pace.SPENT)
    limits = []
    for name, (most, _) in sorted(pace.of_kind(connection, pace.LIMIT).items()):
        source = name.partition(":")[2] or None
        count, day = sums.get(pace.name_of(pace.SPENT, source), (0.0, None))
        limits.append(_Limit(source, most, count, day))
    return limits


def _waiting(page: Page, limits: Sequence[_Limit], now: datetime) -> str | None:
    """That a page waits for the next day, where the requests of this one are spent."""
    today, tomorrow = day_of(now, zone_of(page.spec))
    if page.next_check_at != opening(page.spec, tomorrow):
        return None
    for limit in limits:
        mine = limit.source is None or limit.source in page.sources
        if mine and limit.day == today and limit.count >= limit.most:
            return f"waits: {spent_in_words(limit.source, limit.most)}"
    return None
