"""What came of the days that `scale_simulation.py` simulated: figures against limits, and what is told beside them."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING, Any

from scale_world import BEGIN, HOUR, LIMITED

from storage.asking import overview

if TYPE_CHECKING:
    from scale_simulation import Simulation

LIMITS: dict[str, float] = {
    "longest wait against its interval and a round of its host": 1.0,
    "pages never looked at": 0,
    "looks of a day against the budget": 1.25,
    "requests above the limit of a day": 0,
    "two at a host at one time": 0,
    "requests sooner than the pause": 0,
    "due hosts, ms (p95)": 50.0,
    "scheduling a look, ms (mean)": 3.0,
    "sharing the budget anew, s": 3.0,
    "memory, MB": 300.0,
}
"""The most that each figure may be; times are of the processor. On the second day habits are still being learned: pages
that change more than was assumed take more than their share until it is shared out anew."""


def figures(simulation: Simulation) -> dict[str, float]:
    """What is held against the limits."""
    seen, costs = simulation.seen, simulation.costs
    looks = max(sum(seen.by_day.values()), 1)
    last = max(seen.by_day)
    return {
        "longest wait against its interval and a round of its host": max(seen.against),
        "pages never looked at": _never(simulation, of_the_bounded=False),
        "looks of a day against the budget": seen.by_day[last] / simulation.budget if last else 0.0,
        "requests above the limit of a day": max(max(seen.limited.values()) - simulation.limit, 0),
        "two at a host at one time": seen.together,
        "requests sooner than the pause": seen.hasty,
        "due hosts, ms (p95)": 1000 * costs.percentile("due", 0.95),
        "scheduling a look, ms (mean)": 1000 * sum(costs.spent["looks"]) / looks,
        "sharing the budget anew, s": costs.percentile("rescale", 1.0),
        "memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def told(simulation: Simulation) -> dict[str, float]:
    """What is stated beside it."""
    seen, costs = simulation.seen, simulation.costs
    waits = sorted(seen.waits)
    cold = max(seen.first.values(), default=BEGIN) - BEGIN
    with simulation.database.read() as connection:
        size = overview.size(connection)
    return {
        "looks a day": sum(seen.by_day.values()) / max(len(seen.by_day), 1),
        "wait, s (median)": waits[len(waits) // 2],
        "wait, s (p99)": waits[len(waits) * 99 // 100],
        "until every page was looked at once, h": cold / HOUR,
        "pages of the bounded source not looked at yet": _never(simulation, of_the_bounded=True),
        "hosts refused as their lease was another's": seen.refused,
        "due hosts, ms (median)": 1000 * costs.percentile("due", 0.5),
        "due hosts, ms (worst)": 1000 * costs.percentile("due", 1.0),
        "a host's round begun, ms (p95)": 1000 * costs.percentile("begin", 0.95),
        "database, bytes a page": size / len(simulation.rates),
    }


def _never(simulation: Simulation, *, of_the_bounded: bool) -> int:
    """Pages without a look; those of the source that has fewer requests a day than pages are counted apart."""
    never = set(range(1, len(simulation.rates) + 1)) - simulation.seen.first.keys()
    return sum((page_id % LIMITED == 0) == of_the_bounded for page_id in never)


def table_of(report: dict[str, Any]) -> str:
    """What came of it, as Markdown."""
    about = (
        f"{report['pages']:,} pages, {report['hosts']:,} hosts, {report['days']:g} days, {report['database']}"
    )
    lines = [
        f"| {about} | | limit |",
        "| --- | --- | --- |",
        *(f"| {name} looks | {count:,} | |" for name, count in sorted(report["looks"].items())),
        *(f"| {name} | {value:,.1f} | |" for name, value in report["told"].items()),
        *(f"| {name} | {value:,.2f} | {LIMITS[name]:g} |" for name, value in report["figures"].items()),
        f"| processor time for all of it, s | {report['processor seconds']:,.0f} | |",
    ]
    return "\n".join(lines)


def printed(report: dict[str, Any]) -> None:
    """Print it for people."""
    print(
        f"{report['pages']:,} pages on {report['hosts']:,} hosts, {report['days']:g} days on {report['database']} in "
        f"{report['processor seconds']:.0f} s of processor time; looks: "
        + ", ".join(f"{count:,} {name}" for name, count in sorted(report["looks"].items()))
    )
    for name, value in report["told"].items():
        print(f"  {name:60} {value:12,.1f}")
    for name, value in report["figures"].items():
        print(f"  {name:60} {value:12,.2f}   (limit {LIMITS[name]:g})")
    print(f"MISSED: {', '.join(report['missed'])}" if report["missed"] else "all limits kept")
