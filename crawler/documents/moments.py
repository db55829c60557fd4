"""ISO 8601 dates and times as structured data gives them: the days shown, and the time of day in words."""

from __future__ import annotations

import re
from datetime import date, timedelta

MOMENT = re.compile(
    r"\s*(?P<day>\d{4}(?:-\d\d(?:-\d\d)?)?)"
    r"(?:[T ](?P<time>[012]\d:[0-5]\d)(?::\d\d(?:[.,]\d+)?)?\s*(?P<zone>Z|[+-]\d\d:?\d\d)?)?\s*"
)
SMALL_HOURS = "06:00"


def day_of(moment: str | None) -> str | None:
    """The day of a moment in its own zone, at the precision shown; None for what no calendar has."""
    found = MOMENT.fullmatch(moment) if moment else None
    if found is None:
        return None
    try:
        date.fromisoformat((found["day"] + "-01-01")[:10])
    except ValueError:
        return None
    return found["day"]


def ends_of(starts: str | None, ends: str | None) -> tuple[str | None, str | None]:
    """First and last day; the last only of what lasts longer. An evening that ends after midnight is one day."""
    first, last = day_of(starts), day_of(ends)
    if first is None or last is None or last <= first:
        return first, None
    if _is_night(starts or "", ends or ""):
        return first, None
    return first, last


def time_of(starts: str | None, ends: str | None) -> str | None:
    """As "18:30-20:00 UTC+02:00". Midnight is how a day alone is written, and no time."""
    begin, end = (MOMENT.fullmatch(text or "") for text in (starts, ends))
    if begin is None or begin["time"] in {None, "00:00"}:
        return None
    shown = begin["time"]
    if (
        end is not None
        and end["time"]
        and end["time"] not in {shown, "23:59"}
        and ends_of(starts, ends)[1] is None
    ):
        shown += f"-{end['time']}"
    return f"{shown} {_zone(begin['zone'])}".strip()


def _zone(zone: str | None) -> str:
    if not zone:
        return ""
    if zone == "Z" or not zone.strip("+-0:"):
        return "UTC"
    return f"UTC{zone[:3]}:{zone[-2:]}"


def _is_night(starts: str, ends: str) -> bool:
    begin, end = MOMENT.fullmatch(starts), MOMENT.fullmatch(ends)
    if begin is None or end is None or len(begin["day"]) < 10 or len(end["day"]) < 10:
        return False
    if begin["time"] in {None, "00:00"} or end["time"] is None or end["time"] > SMALL_HOURS:
        return False
    return date.fromisoformat(end["day"]) - date.fromisoformat(begin["day"]) == timedelta(days=1)
