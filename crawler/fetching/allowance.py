"""The requests of a day: counted before they are made, so that what the watchlist allows is never exceeded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crawler.fetching.turns import NotNow
from storage.watched import pace


def spend(connection: sa.Connection, sources: Sequence[str], zone: ZoneInfo, now: datetime) -> None:
    """Count one request for all together and for each of its sources.

    Raises NotNow where one of them has spent its day; the transaction is then to be given up.
    """
    asked = (None, *sorted(sources))
    limits = pace.get(connection, [pace.name_of(pace.LIMIT, source) for source in asked])
    today, tomorrow = day_of(now, zone)
    for source in asked:
        most = limits.get(pace.name_of(pace.LIMIT, source))
        if most and not pace.spend(connection, pace.name_of(pace.SPENT, source), today, most[0]):
            raise NotNow(spent_in_words(source, most[0]), tomorrow - now)


def day_of(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When the day of the zone's clocks began, and when the next one begins."""
    day = now.astimezone(zone).date()
    today, tomorrow = (datetime.combine(d, time(), zone) for d in (day, day + timedelta(days=1)))
    return today.astimezone(UTC), tomorrow.astimezone(UTC)


def spent_in_words(source: str | None, most: float) -> str:
    """Why a page waits."""
    return f"the {most:.0f} requests of today{f' for {source}' if source else ''} are spent"
