"""When to look again: `python benchmarks/schedule.py [--quick] [--json]`.

Simulates pages that change, and looks at them with one budget in three ways: all alike (uniform), by the habit that
was seen (`crawler/timing/adaptive.py`, as the product does it), and by the true rates (oracle). Printed are the mean
and the 95th percentile of the delay from a change to the look that finds it, in five generated worlds and on the edit
times of real pages where `--edits FILE` names them (JSON: a list of lists of ISO 8601 times). The limits are of the
generated worlds: a handful of real pages of one site change alike, and there is little to win. The last line is a
summary; exit 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import random
import statistics
import sys
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from crawler.timing.adaptive import Habit, interval, scale_for  # noqa: E402

LIMITS = {"worst mean delay against uniform": 0.9, "worst mean delay against the oracle": 1.5}
LOOKS_A_DAY = 4.0
"""The budget: looks a page and day, on the average."""
REAL = "real pages"
EDITS = HERE.parents[1] / "shared" / "histories"


@dataclass(frozen=True)
class World:
    """Pages as the days of their changes, with the true rate of each at any day."""

    name: str
    edits: Sequence[Sequence[float]]
    rate: Callable[[int, float], float]
    days: float


def main() -> int:
    options = _options()
    pages, days = (150, 120.0) if options.quick else (600, 240.0)
    worlds = [*generated(pages, days), *_real(options.edits)]
    rows = [measure(world) for world in worlds]
    figures = {
        f"worst mean delay against {other}": max(row[f"against {other}"] for row in rows if row["generated"])
        for other in ("uniform", "the oracle")
    }
    missed = [name for name, limit in LIMITS.items() if figures[name] > limit]
    if options.json:
        print(json.dumps({"rows": rows, "figures": figures, "limits": LIMITS, "missed": missed}, indent=1))
    else:
        _print(rows, figures, missed)
    return 1 if missed else 0


def generated(pages: int, days: float) -> list[World]:
    """Five kinds of world: steady, changing abruptly, in bursts, in office hours, and dying out."""
    chance = random.Random(7)
    rates = [math.exp(chance.gauss(math.log(0.05), 1.8)) for _ in range(pages)]
    swapped = chance.sample(rates, len(rates))

    def abrupt(page: int, day: float) -> float:
        return rates[page] if day < days / 2 else swapped[page]

    def dying(page: int, day: float) -> float:
        return rates[page] * 2 * 0.5 ** (day / 60)

    def office(page: int, day: float) -> float:
        works = int(day) % 7 < 5 and 0.3 < day % 1 < 0.75
        return rates[page] * 7 / 5 / 0.45 if works else 0.0

    def bursts(page: int, day: float) -> float:
        return rates[page] * 6 if (day + 17 * page) % 30 < 5 else 0.0

    kinds = {
        "steady": lambda page, day: rates[page],
        "abrupt": abrupt,
        "bursts": bursts,
        "office hours": office,
        "dying out": dying,
    }
    worlds = []
    for name, rate in kinds.items():
        edits = [_poisson(chance, lambda day, p=page, r=rate: r(p, day), days) for page in range(pages)]
        mean = (lambda page, day: rates[page]) if name in ("bursts", "office hours") else rate
        worlds.append(World(name, edits, mean, days))
    return worlds


def measure(world: World) -> dict[str, Any]:
    """Delays of the three ways in one world; those of the first tenth of the time are left out."""
    budget = LOOKS_A_DAY * len(world.edits)
    delays = {
        "uniform": _delays(world, lambda page, day, habits: len(world.edits) / budget, budget),
        "adaptive": _delays(world, None, budget),
        "oracle": _delays(world, _oracle(world, budget), budget),
    }
    mean = {name: statistics.fmean(found) for name, found in delays.items()}
    tail = {name: statistics.quantiles(found, n=20)[-1] for name, found in delays.items()}
    return {
        "world": world.name,
        "pages": len(world.edits),
        "changes": len(delays["uniform"]),
        "mean hours": {name: 24 * value for name, value in mean.items()},
        "p95 hours": {name: 24 * value for name, value in tail.items()},
        "against uniform": mean["adaptive"] / mean["uniform"],
        "against the oracle": mean["adaptive"] / mean["oracle"],
        "generated": world.name != REAL,
    }


Policy = Callable[[int, float, list[Habit]], float]


def _delays(world: World, policy: Policy | None, budget: float) -> list[float]:
    """Days from each change to the look that found it. Without a policy: as the product looks."""
    count = len(world.edits)
    habits = [Habit()] * count
    scale = scale_for([habit.rate for habit in habits], budget)
    last = [0.0] * count
    queue = [((page + 1) / count / LOOKS_A_DAY, page) for page in range(count)]
    heapq.heapify(queue)
    delays: list[float] = []
    scaled_at = 0.0
    while queue and queue[0][0] < world.days:
        day, page = heapq.heappop(queue)
        if policy is None and day - scaled_at >= 1.0:
            scale, scaled_at = scale_for([habit.rate for habit in habits], budget), day
        edits = world.edits[page]
        found = edits[bisect_right(edits, last[page]) : bisect_right(edits, day)]
        if day > world.days / 10:
            delays += [day - edit for edit in found]
        if policy is None:
            habits[page] = habits[page].after(timedelta(days=day - last[page]), changed=bool(found))
            following = interval(habits[page].rate, scale).total_seconds() / 86_400
        else:
            following = policy(page, day, habits)
        last[page] = day
        heapq.heappush(queue, (day + following, page))
    return delays


def _oracle(world: World, budget: float) -> Policy:
    scales: dict[int, float] = {}

    def following(page: int, day: float, habits: list[Habit]) -> float:
        week = int(day) // 7
        if week not in scales:
            scales[week] = scale_for([world.rate(p, week * 7.0) for p in range(len(world.edits))], budget)
        return interval(world.rate(page, day), scales[week]).total_seconds() / 86_400

    return following


def _poisson(chance: random.Random, rate: Callable[[float], float], days: float) -> list[float]:
    """Times of an inhomogeneous Poisson process, by thinning."""
    highest = max(rate(day / 8) for day in range(int(days * 8)))
    found, day = [], 0.0
    while highest > 0:
        day += chance.expovariate(highest)
        if day >= days:
            break
        if chance.random() * highest < rate(day):
            found.append(day)
    return found


def _real(file: Path | None) -> list[World]:
    """Edit times of real pages; their oracle knows each page's mean rate."""
    pages = [times for times in _edit_times(file) if len(times) > 3]
    if not pages:
        return []
    begin = min(times[0] for times in pages)
    end = max(times[-1] for times in pages)
    edits = [[(time - begin).total_seconds() / 86_400 for time in times] for times in pages]
    days = (end - begin).total_seconds() / 86_400

    def mean(page: int, day: float) -> float:
        return len(edits[page]) / days

    return [World(REAL, edits, mean, days)]


def _edit_times(file: Path | None) -> list[list[datetime]]:
    if file is not None:
        return [[datetime.fromisoformat(at) for at in times] for times in json.loads(file.read_text())]
    found: dict[str, list[datetime]] = {}
    for index in sorted(EDITS.glob("*/index.json")) if EDITS.is_dir() else ():
        for edition in json.loads(index.read_text()):
            found.setdefault(edition["url"], []).append(datetime.fromisoformat(edition["captured_at"]))
    return [sorted(times) for times in found.values()]


def _print(rows: Sequence[dict[str, Any]], figures: dict[str, float], missed: Sequence[str]) -> None:
    print(f"{'world':14} {'changes':>8}  mean / p95 hours: {'uniform':>15} {'adaptive':>15} {'oracle':>15}")
    for row in rows:
        pairs = (
            f"{row['mean hours'][n]:6.1f} / {row['p95 hours'][n]:6.1f}"
            for n in ("uniform", "adaptive", "oracle")
        )
        print(f"{row['world']:14} {row['changes']:8}                    {' '.join(pairs)}")
    said = ", ".join(f"{name} {value:.2f} (limit {LIMITS[name]})" for name, value in figures.items())
    print(f"{said}: {'missed: ' + ', '.join(missed) if missed else 'within the limits'}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="150 pages over 120 days")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--edits", type=Path, metavar="FILE", help="edit times of real pages, as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
