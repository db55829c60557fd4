"""What `scale_simulation.py` notes: what came of the looks, and what scheduling them cost."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from scale_world import Site

T = TypeVar("T")


@dataclass(slots=True)
class Costs:
    """Seconds of processor time, by what was done, each time."""

    spent: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def of(self, name: str, do: Callable[[], T]) -> T:
        used = time.process_time()
        try:
            return do()
        finally:
            self.spent[name].append(time.process_time() - used)

    def percentile(self, name: str, share: float) -> float:
        ordered = sorted(self.spent[name])
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0


@dataclass(slots=True)
class Seen:
    """What came of it, page by page and host by host."""

    looks: Counter[str] = field(default_factory=Counter)
    by_day: Counter[int] = field(default_factory=Counter)
    limited: Counter[int] = field(default_factory=Counter)
    first: dict[int, datetime] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    against: list[float] = field(default_factory=list)
    asked: dict[str, datetime] = field(default_factory=dict)
    together: int = 0
    hasty: int = 0
    refused: int = 0

    def asks(self, host: str, site: Site, times: Sequence[datetime]) -> None:
        """Requests to a host are held against those before them, whoever made these."""
        last = self.asked.get(host)
        if last is not None:
            self.hasty += times[0] < last + timedelta(seconds=site.delay)
            self.together += times[0] < last + timedelta(seconds=site.latency)
        self.asked[host] = times[-1]
