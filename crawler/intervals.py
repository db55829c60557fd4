"""When to look at a page next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from config.schedules import Every, parse_check

LONGEST_PAUSE = timedelta(hours=24)


def next_look(
    spec: Mapping[str, Any], now: datetime, *, bad_looks: int = 0, retry_after: float | None = None
) -> datetime:
    """The earliest of the page's schedules; after bad looks later and later, but within a day.

    `spec` holds `checks` (schedules as written in the watchlist) and `zone`. A site's Retry-After (seconds) is
    honoured as far as a day.
    """
    zone = ZoneInfo(spec.get("zone") or "UTC")
    schedules = [parse_check(written) for written in spec.get("checks") or ()] or [Every()]
    wanted = min(schedule.next_after(now, zone) for schedule in schedules)
    if bad_looks > 1:
        wanted = now + min((wanted - now) * 2 ** min(bad_looks - 1, 10), max(LONGEST_PAUSE, wanted - now))
    if retry_after is not None:
        wanted = max(wanted, now + min(timedelta(seconds=retry_after), LONGEST_PAUSE))
    return wanted
