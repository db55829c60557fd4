"""Pictures of numbers over time, as plain geometry that a template writes down as SVG."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT, BASE = 720, 100, 78
"""Of the picture, and where its bars stand, in units of its own."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One day."""

    day: str
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A word under a picture: a day, or where a month or a year begins."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Changes by day. `said` tells the same in words."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    highest: int
    said: str
    width: int = WIDTH
    height: int = HEIGHT
    base: int = BASE


def by_day(counts: Mapping[str, int], last: date, days: int) -> Chart:
    """A bar for each of so many days up to the last one."""
    wanted = [last - timedelta(days=n) for n in reversed(range(days))]
    highest = max((counts.get(day.isoformat(), 0) for day in wanted), default=0)
    step = WIDTH / days
    bars = [
        _bar(day, counts[day.isoformat()], highest, n * step, step)
        for n, day in enumerate(wanted)
        if counts.get(day.isoformat())
    ]
    mondays = [n for n, day in enumerate(wanted) if day.weekday() == 0 and n <= days - 6]
    ticks = [Tick(round(n * step, 1), f"{wanted[n]:%d %b}") for n in mondays]
    return Chart(tuple(bars), tuple(ticks), highest, _said(bars, days))


def _bar(day: date, count: int, highest: int, x: float, step: float) -> Bar:
    height = max(3.0, (BASE - 14) * count / highest)
    return Bar(
        day.isoformat(),
        count,
        round(x + step * 0.12, 1),
        round(BASE - height, 1),
        round(step * 0.76, 1),
        height,
    )


def _said(bars: list[Bar], days: int) -> str:
    if not bars:
        return f"No changes in the last {days} days."
    top = max(bars, key=lambda bar: bar.count)
    total = sum(bar.count for bar in bars)
    changes = f"{total:,} change{'s' * (total > 1)}"
    return f"{changes} on {len(bars)} of the last {days} days; the most, {top.count:,}, on {top.day}."
