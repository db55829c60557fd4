"""When to look at a page next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from config.schedules import Every, PageSchedule, Within, paced, read_schedule

LONGEST_PAUSE = timedelta(hours=24)
SPREAD = 0.2


def next_look(
    spec: Mapping[str, Any],
    now: datetime,
    *,
    bad_looks: int = 0,
    retry_after: float | None = None,
    page_id: int | None = None,
    adaptive: timedelta | None = None,
) -> datetime:
    """The earliest of the page's schedules; after bad looks later and later (`_pause`), and in its hours.

    `spec` holds `checks` (schedules as written in the watchlist) and `zone`. `adaptive` is the time between two looks
    where a schedule goes by how often the page changes. A site's Retry-After (seconds) is
    honoured as far as a day. With a `page_id` the pauses after bad looks are spread, so that the pages of a site that
    was down do not all come back in the same moment.
    """
    schedules = schedules_of(spec)
    if adaptive is not None:
        schedules = [paced(schedule, adaptive) for schedule in schedules]
    wanted = min(schedule.next_after(now, zone_of(spec)) for schedule in schedules)
    if bad_looks:
        wanted = now + _pause(wanted - now, bad_looks, page_id)
    if retry_after is not None:
        asked = min(timedelta(seconds=retry_after), LONGEST_PAUSE)
        wanted = max(wanted, now + min(asked * (1 + _spread(page_id, bad_looks)), LONGEST_PAUSE))
    return opening(spec, wanted)


def _pause(regular: timedelta, bad_looks: int, page_id: int | None) -> timedelta:
    """How long to stay away after bad looks: a regular gap or a day, whichever is shorter, doubled by each of them
    up to whichever is longer. So a page that is looked at once a week is looked at again the next day.
    """
    longest = max(regular, LONGEST_PAUSE)
    pause = min(min(regular, LONGEST_PAUSE) * (1 << min(bad_looks - 1, 11)), longest)
    spread = pause * (1 - _spread(page_id, bad_looks)) if bad_looks > 1 else pause
    return max(spread, regular) if pause >= regular else spread


def schedules_of(spec: Mapping[str, Any]) -> list[PageSchedule]:
    """The page's schedules; one without any is looked at as usual."""
    return [read_schedule(written) for written in spec.get("checks") or ()] or [Every()]


def zone_of(spec: Mapping[str, Any]) -> ZoneInfo:
    """The zone of its times of day."""
    return ZoneInfo(spec.get("zone") or "UTC")


def opening(spec: Mapping[str, Any], moment: datetime) -> datetime:
    """The moment, or when the next hours begin in which one of its schedules looks."""
    windows = _windows(spec, moment)
    return max(moment, min(opens for opens, _ in windows)) if windows else moment


def closing(spec: Mapping[str, Any], now: datetime) -> datetime | None:
    """When its hours end; `now` where they have not begun, None where it has none."""
    windows = _windows(spec, now)
    if windows is None:
        return None
    return max((closes for opens, closes in windows if opens <= now), default=now)


def _windows(spec: Mapping[str, Any], moment: datetime) -> list[tuple[datetime, datetime]] | None:
    """The hours of its schedules at the moment or next; None where one of them may look at any time."""
    hours = [s.hours if isinstance(s, Within) else None for s in schedules_of(spec)]
    windows = [one.window(moment, zone_of(spec)) for one in hours if one]
    return windows if len(windows) == len(hours) else None


def _spread(page_id: int | None, bad_looks: int) -> float:
    """A share from 0 to 0.2 that looks like chance, and is the same each time it is asked for."""
    if page_id is None:
        return 0.0
    return SPREAD * int.from_bytes(sha256(f"{page_id}:{bad_looks}".encode()).digest()[:4]) / 2**32
