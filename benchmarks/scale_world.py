"""The made-up web that `scale_simulation.py` schedules: hosts as unequal as those of the web, and their pages."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

BEGIN = datetime(2027, 9, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
FALL = 0.9
"""A host's size is one over its rank to this power: of 5,000 hosts the first has a fourteenth of all pages."""
CHECKS = {0: "every 1 day", 1: "every 1 day", 2: "every 12 hours"}
"""By the last digit of a page's number; the others are adaptive."""
BY_NIGHT = {"check": "every 12 hours", "hours": "22:00-06:00"}
LIMITED = 50
"""One of so many pages is of a source whose requests of a day are bounded: to fewer than it has pages."""


@dataclass(slots=True)
class Site:
    """A made-up host: seconds from request to answer, seconds between requests, and when it is down."""

    latency: float
    delay: float
    down: tuple[datetime, datetime] | None
    retry_after: float | None
    size: int = 0

    def is_down(self, now: datetime) -> bool:
        return self.down is not None and self.down[0] <= now < self.down[1]


def made_sites(chance: random.Random, page_count: int, host_count: int) -> dict[str, Site]:
    """Hosts whose sizes fall with their rank; some are slow, some go down, some say for how long."""
    weights = [rank**-FALL for rank in range(1, host_count + 1)]
    sizes = [max(int(page_count * weight / sum(weights)), 1) for weight in weights]
    sizes[0] += page_count - sum(sizes)
    sites: dict[str, Site] = {}
    for rank, size in enumerate(sizes):
        down = None
        if chance.random() < 0.1:
            since = BEGIN + timedelta(days=chance.uniform(0.2, 1.5))
            down = (since, since + chance.choice((0.2, 3.0, 12.0)) * HOUR)
        sites[f"h{rank}.example"] = Site(
            latency=min(chance.lognormvariate(math.log(0.4), 1.0), 30.0),
            delay=chance.choice((5.0, 5.0, 5.0, 5.0, 10.0)) if rank else 5.0,
            down=down,
            retry_after=chance.choice((None, None, 120.0, 3600.0)),
            size=size,
        )
    return sites


def page_row(page_id: int, host: str, site: Site) -> dict[str, Any]:
    """A page that was never looked at and is due at once, as after the watchlist was brought in for the first time."""
    url = f"https://{host}/{page_id}"
    checks = [BY_NIGHT if page_id % 20 == 3 else CHECKS.get(page_id % 10, "adaptive")]
    spec = {"zone": "UTC", "delay": site.delay, "allow_networks": [], "checks": checks}
    return {"id": page_id, "key": url, "url": url, "host": host, "spec": spec, "next_check_at": BEGIN}


def made_rate(chance: random.Random) -> float:
    """How often a page changes in a day."""
    return math.exp(chance.gauss(math.log(0.05), 1.8))
