"""A page's versions and changes over the years, as geometry for a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from diffing.payload import in_json
from storage.asking.looks import BadRun
from wgwatch.web.charts import Tick

WIDTH, HEIGHT, LANE, TOP, TROUBLE = 960, 124, 52, 14, 80
"""Of the picture; where the versions' lane begins, how high the changes' bars may be, and where the lane of looks
that did not count begins, in units of its own."""
SLOTS = 120
"""Parts of the width that changes are counted in."""
SHORTEST = 3.0


@dataclass(frozen=True, slots=True)
class Run:
    """One version, from its first look to its last."""

    x: float
    width: float
    said: str
    day: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """The changes that were first seen in one part of the time."""

    x: float
    y: float
    width: float
    height: float
    said: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Looks that did not count: blocked, failed or in doubt. `number` is the first one's."""

    x: float
    width: float
    outcome: str
    number: int
    said: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The picture. `said` tells it in words."""

    runs: tuple[Run, ...]
    tallies: tuple[Tally, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    said: str
    width: int = WIDTH
    height: int = HEIGHT
    lane: int = LANE
    trouble: int = TROUBLE


def timeline(
    looks: Sequence[tuple[datetime, datetime]],
    changes: Sequence[datetime],
    now: datetime,
    bad: Sequence[BadRun] = (),
) -> Timeline | None:
    """First and last look of each version, newest first, the moments of changes, and the looks that did not count,
    newest first; None without any good look.
    """
    if not looks:
        return None
    first = min([look[0] for look in looks] + [run.first for run in bad])
    scale = _Scale(first, max(now, looks[0][1]))
    runs = [_run(scale, since, until, number == 0) for number, (since, until) in enumerate(looks)]
    said = (
        f"{len(looks):,} version{'s' * (len(looks) > 1)} from {looks[-1][0]:%Y-%m-%d} to {looks[0][1]:%Y-%m-%d}, "
        f"with {len(changes):,} change{'s' * (len(changes) != 1)} between them.{_said_of(bad)}"
    )
    marks = [_mark(scale, run) for run in bad]
    return Timeline(
        tuple(_apart(runs)),
        tuple(_tallies(scale, changes)),
        tuple(_apart(marks)),
        tuple(_ticks(scale)),
        said,
    )


Lying = TypeVar("Lying", Run, Mark)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where a moment lies in the picture."""

    first: datetime
    last: datetime

    def __call__(self, moment: datetime) -> float:
        whole = max((self.last - self.first).total_seconds(), 1.0)
        return round(WIDTH * (moment - self.first).total_seconds() / whole, 1)


def _run(scale: _Scale, since: datetime, until: datetime, is_last: bool) -> Run:
    said = f"{since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M} UTC"
    x = min(scale(since), WIDTH - SHORTEST)
    return Run(x, max(round(scale(until) - x, 1), SHORTEST), said, in_json(since), is_last)


def _mark(scale: _Scale, run: BadRun) -> Mark:
    x = min(scale(run.first), WIDTH - SHORTEST)
    said = f"{run.outcome}, {run.first:%Y-%m-%d %H:%M} UTC: {run.reason or 'no reason was given'}"
    return Mark(x, max(round(scale(run.last) - x, 1), SHORTEST), run.outcome, run.number, said)


def _said_of(bad: Sequence[BadRun]) -> str:
    number = sum(run.looks for run in bad)
    return (
        f" {number:,} look{'s' * (number != 1)} did not count: no page came, or one in doubt." if bad else ""
    )


def _apart(runs: Sequence[Lying]) -> list[Lying]:
    """Of what would lie on each other only the newest is drawn."""
    kept: list[Lying] = []
    for run in runs:
        if not kept or run.x + 0.5 <= kept[-1].x:
            kept.append(run)
    return kept


def _tallies(scale: _Scale, changes: Sequence[datetime]) -> list[Tally]:
    slot = WIDTH / SLOTS
    counts = Counter(min(int(scale(moment) / slot), SLOTS - 1) for moment in changes)
    most = max(counts.values(), default=1)
    found = []
    for number, count in sorted(counts.items()):
        height = max(3.0, (LANE - TOP - 6) * count / most)
        begin = scale.first + (scale.last - scale.first) * number / SLOTS
        said = f"{count} change{'s' * (count > 1)} about {begin:%Y-%m-%d}"
        found.append(
            Tally(round(number * slot + 1, 1), round(LANE - 6 - height, 1), slot - 2, round(height, 1), said)
        )
    return found


def _ticks(scale: _Scale) -> list[Tick]:
    """Years; months or days where there is less than that."""
    span = scale.last - scale.first
    if span > timedelta(days=500):
        years = range(scale.first.year + 1, scale.last.year + 1)
        step = max(1, len(years) // 10)
        marks = [(datetime(year, 1, 1, tzinfo=UTC), str(year)) for year in years if year % step == 0]
    else:
        shape = "%d %b" if span < timedelta(days=120) else "%b %Y"
        moments = [scale.first + span * n / 6 for n in range(6)]
        marks = [
            (moment, moment.strftime(shape if span > timedelta(days=2) else "%d %b %H:%M"))
            for moment in moments
        ]
    return [Tick(scale(moment), text) for moment, text in marks]
