"""When to look at a page next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from config.schedules import Every, parse_check

LONGEST_PAUSE = timedelta(hours=24)
SPREAD = 0.2


def next_look(
    spec: Mapping[str, Any],
    now: datetime,
    *,
    bad_looks: int = 0,
    retry_after: float | None = None,
    page_id: int | None = None,
) -> datetime:
    """The earliest of the page's schedules; after bad looks later and later, but within a day.

    `spec` holds `checks` (schedules as written in the watchlist) and `zone`. A site's Retry-After (seconds) is
    honoured as far as a day. With a `page_id` the pauses after bad looks are spread, so that the pages of a site that
    was down do not all come back in the same moment.
    """
    zone = ZoneInfo(spec.get("zone") or "UTC")
    schedules = [parse_check(written) for written in spec.get("checks") or ()] or [Every()]
    wanted = min(schedule.next_after(now, zone) for schedule in schedules)
    if bad_looks > 1:
        longest = max(LONGEST_PAUSE, wanted - now)
        longer = min((wanted - now) * 2 ** min(bad_looks - 1, 10), longest) * (
            1 - _spread(page_id, bad_looks)
        )
        wanted = max(wanted, now + longer)
    if retry_after is not None:
        asked = min(timedelta(seconds=retry_after), LONGEST_PAUSE)
        wanted = max(wanted, now + min(asked * (1 + _spread(page_id, bad_looks)), LONGEST_PAUSE))
    return wanted


def _spread(page_id: int | None, bad_looks: int) -> float:
    """A share from 0 to 0.2 that looks like chance, and is the same each time it is asked for."""
    if page_id is None:
        return 0.0
    return SPREAD * int.from_bytes(sha256(f"{page_id}:{bad_looks}".encode()).digest()[:4]) / 2**32
