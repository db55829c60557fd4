"""A rule by which an event repeats (RFC 5545 section 3.3.10) in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year", "HOURLY": "hour"}
ADVERBS = {"day": "daily", "week": "weekly", "month": "monthly", "year": "yearly", "hour": "hourly"}
DAYS = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
_MONTHS = "January February March April May June July August September October November December"
MONTHS = _MONTHS.split()
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "second last"}
DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")


def in_words(rule: Mapping[str, Sequence[Any]]) -> str | None:
    """As "every 2 weeks on Monday and Thursday, until 2024-12-20"; None without a rule that is known.

    `rule` gives each part's values by its name in capitals. Parts below the day are left out.
    """
    unit = UNITS.get(str(_first(rule, "FREQ")).upper())
    if unit is None:
        return None
    every = _number(_first(rule, "INTERVAL")) or 1
    said = ADVERBS[unit] if every == 1 else f"every {every} {unit}s"
    days = _days(rule)
    if days:
        said += f" on {days}"
    months = [MONTHS[n - 1] for n in map(_number, rule.get("BYMONTH", ())) if n and 1 <= n <= 12]
    if months:
        said += f" in {_listed(months)}"
    return said + _until(rule)


def _days(rule: Mapping[str, Sequence[Any]]) -> str:
    places = [n for n in map(_number, rule.get("BYSETPOS", ())) if n]
    found = [match for value in rule.get("BYDAY", ()) if (match := DAY.fullmatch(str(value).upper()))]
    names = [_ordinal(match[1], DAYS[match[2]]) for match in found]
    if names and len(places) == 1:
        return f"{_ordinal(str(places[0]), _listed(names, 'or'))}"
    dates = [n for n in map(_number, rule.get("BYMONTHDAY", ())) if n]
    shown = ["the last day" if n == -1 else f"day {n}" for n in dates if n >= -1]
    return _listed(names) or _listed(shown)


def _ordinal(place: str | None, name: str) -> str:
    if not place:
        return name
    return f"the {ORDINALS.get(int(place), f'{int(place)}.')} {name}"


def _until(rule: Mapping[str, Sequence[Any]]) -> str:
    until, times = _first(rule, "UNTIL"), _number(_first(rule, "COUNT"))
    if isinstance(until, date) and until.year >= 1000:
        return f", until {until:%Y-%m-%d}"
    return f", {times} times" if times else ""


def _first(rule: Mapping[str, Sequence[Any]], name: str) -> Any:
    return next(iter(rule.get(name, ())), None)


def _number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _listed(names: Sequence[str], word: str = "and") -> str:
    return f" {word} ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
