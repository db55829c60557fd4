"""The days of an event, at the precision that its page shows them with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_HOUR = r"(\d{1,2})(?:[:.h](\d\d))?\s*(?:(a|p)\.?m\.?)?"
_TIMES = re.compile(
    rf"{_HOUR}(?:\s*(?:[-–—]|to|until)\s*{_HOUR})?\s*[(\[]?"
    r"(?:(?:UTC|GMT)\s*(?:([+-]\d{1,2})(?::?(\d\d))?)?|([A-Za-z]+/[A-Za-z_/+-]+))[)\]]?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` up to, but not with, `end`: both days, or both times in UTC. `exact` where the days are shown."""

    start: date
    end: date
    exact: bool


def span_of(event: Mapping[str, Any]) -> Span | None:
    """When an event is; None where its page gives no date that is one.

    Hours count only where a single day's are shown with a zone that leaves no doubt (UTC, an offset, Europe/Paris):
    those of a place unknown would be wrong by half a day for somebody.
    """
    first = _unit(event.get("starts_on"))
    if first is None:
        return None
    last = _unit(event.get("ends_on")) or first
    end = last.end if last.end > first.start else first.end
    days = Span(first.start, end, first.exact and last.exact)
    return _timed(days, str(event.get("time") or "")) or days


def _unit(written: Any) -> Span | None:
    """All days of a day, month or year."""
    found = _DATE.fullmatch(str(written or ""))
    if found is None:
        return None
    year, month, day = (int(part or 0) for part in found.groups())
    try:
        start = date(year, month or 1, day or 1)
        return Span(start, _end(start, bool(month), bool(day)), bool(day))
    except (ValueError, OverflowError):
        return None


def _end(start: date, has_month: bool, has_day: bool) -> date:
    if has_day:
        return start + timedelta(days=1)
    if has_month and start.month < 12:
        return start.replace(month=start.month + 1)
    return date(start.year + 1, 1, 1)


def _timed(days: Span, written: str) -> Span | None:
    found = _TIMES.fullmatch(written.strip())
    if found is None or not days.exact or days.end - days.start != timedelta(days=1):
        return None
    hour, minute, half, hour_2, minute_2, half_2, offset, offset_minutes, place = found.groups()
    try:
        zone = _zone(offset, offset_minutes, place)
        start = _moment(days.start, _clock(hour, minute, half or half_2), zone)
        end = _moment(days.start, _clock(hour_2, minute_2, half_2), zone) if hour_2 else start
    except (ValueError, OverflowError, ZoneInfoNotFoundError):
        return None
    return Span(start, end if end >= start else end + timedelta(days=1), True)


def _zone(offset: str | None, minutes: str | None, place: str | None) -> tzinfo:
    if place:
        return ZoneInfo(place)
    hours = int(offset or 0)
    return timezone(timedelta(hours=hours, minutes=int(minutes or 0) * (-1 if hours < 0 else 1)))


def _clock(hour: str, minute: str | None, half: str | None) -> time:
    hours = int(hour) % 12 + (12 if half in {"p", "P"} else 0) if half else int(hour)
    return time(hours, int(minute or 0))


def _moment(day: date, clock: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)
