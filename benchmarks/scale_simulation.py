"""A hundred thousand pages on a simulated clock: `python benchmarks/scale_simulation.py [--quick] [--json]`.

The scheduling of the product (what is due, whose host it is, when a page is looked at next, budgets, limits) on a
real database, through days that pass as fast as they can be worked off; only the sites are made up. Their sizes are as
unequal as those of the web; pages change, each at its own rate; hosts are slow, ask for pauses, forbid us for hours, go
down and come back; one of two workers dies in the middle of a day.

Held against limits: that no page waits long, whatever its host; that budgets and limits are kept; that nobody asks a
host twice at a time, or sooner than its pause; what scheduling costs. The last line is a summary; exit 1 where a limit
is missed. `benchmarks/scale.py --simulate` runs the same.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests"), str(HERE)]

import postgres  # noqa: E402
import sqlalchemy as sa  # noqa: E402
from costs_plan import DOCUMENT, put_table  # noqa: E402
from scale_noted import Costs, Seen  # noqa: E402
from scale_report import LIMITS, figures, printed, table_of, told  # noqa: E402
from scale_world import BEGIN, HOUR, LIMITED, made_rate, made_sites, page_row  # noqa: E402

from crawler.fetching import allowance  # noqa: E402
from crawler.fetching.turns import NotNow  # noqa: E402
from crawler.timing import pacing  # noqa: E402
from crawler.timing.intervals import closing, zone_of  # noqa: E402
from storage import models, pages  # noqa: E402
from storage.engine import Database  # noqa: E402
from storage.pages import Page  # noqa: E402
from storage.watched import pace  # noqa: E402
from storage.work import leases  # noqa: E402
from storage.work.leases import HOST_TERM, Lease, new_owner  # noqa: E402

PAGES, HOSTS, DAYS = 100_000, 5_000, 2.0
BUDGET_A_PAGE = 1.5
"""Looks a day and page that are wanted on the average."""
TICK = timedelta(seconds=30)
"""How often it is asked what is due; the product asks each second."""
AT_ONCE, BATCH, TOGETHER = 500, 500, 20
"""Hosts of a worker at one time; pages of a round; looks that are committed together."""
FIRST = 6 * HOUR
"""Stands for the interval of a page that was never looked at."""
HOST = "host:"


@dataclass(slots=True)
class Batch:
    """A worker's round through a host: the pages that are left, and when the next request may begin."""

    worker: Worker
    host: str
    lease: Lease
    left: list[Page]
    at: datetime


@dataclass(slots=True)
class Worker:
    """One process that looks. `owner` names it in leases, and changes when it is started again."""

    name: str
    owner: str = field(default_factory=new_owner)
    hosts: int = 0
    is_alive: bool = True


def main() -> int:
    return run(_options())


def run(options: argparse.Namespace) -> int:
    """Simulate as asked, print what came of it; 1 where a limit is missed."""
    page_count, host_count = (2_000, 120) if options.quick else (options.pages, options.hosts)
    days = options.days
    with _database(options.postgresql) as database:
        simulation = Simulation(database, page_count, host_count)
        began = time.process_time()
        simulation.run(days)
        report = {
            "pages": len(simulation.rates),
            "hosts": host_count,
            "days": days,
            "database": "PostgreSQL" if options.postgresql else "SQLite",
            "processor seconds": time.process_time() - began,
            "looks": dict(simulation.seen.looks),
            "figures": figures(simulation),
            "told": told(simulation),
            "limits": LIMITS,
        }
    report["missed"] = [name for name, limit in LIMITS.items() if report["figures"][name] > limit]
    if options.write:
        put_table(DOCUMENT, "benchmarks/scale_simulation.py --write", table_of(report))
    print(json.dumps(report, indent=1)) if options.json else printed(report)
    return 1 if report["missed"] else 0


class Simulation:
    """The days of a made-up web, worked off with the product's own scheduling."""

    def __init__(self, database: Database, page_count: int, host_count: int) -> None:
        self.database = database
        self.chance = random.Random(7)
        self.sites = made_sites(self.chance, page_count, host_count)
        self.rates: list[float] = []
        self.budget = page_count * BUDGET_A_PAGE
        self.limit = max(page_count * 7 // (10 * LIMITED), 1)
        self.workers = [Worker("A"), Worker("B")]
        self.at: dict[str, Batch] = {}
        self.costs, self.seen = Costs(), Seen()
        self.events: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._turn = 0

    def run(self, days: float) -> None:
        """From the first moment, when nothing was ever looked at, through so many days."""
        self._fill()
        end = BEGIN + timedelta(days=days)
        death = BEGIN + timedelta(days=days * 0.6)
        self._at(BEGIN, self._tick)
        self._at(BEGIN, self._rescale)
        self._at(death, lambda now: self._die(self.workers[1], now))
        self._at(death + HOUR, lambda now: self._revive(self.workers[1]))
        while self.events and self.events[0][0] < end:
            now, _, happens = heapq.heappop(self.events)
            happens(now)
        self.end = end

    def _at(self, moment: datetime, happens: Callable[[datetime], None]) -> None:
        self._turn += 1
        heapq.heappush(self.events, (moment, self._turn, happens))

    def _tick(self, now: datetime) -> None:
        """What is due is begun, the longest waiting first, as far as a worker has room."""
        for host in self.costs.of("due", lambda: self._due_hosts(now)):
            if host in self.at:
                continue
            worker = min((w for w in self.workers if w.is_alive), key=lambda w: w.hosts)
            if worker.hosts >= AT_ONCE:
                break
            self._begin(worker, host, now)
        self._at(now + TICK, self._tick)

    def _due_hosts(self, now: datetime) -> list[str]:
        with self.database.read() as connection:
            return pages.due_hosts(connection, now)

    def _begin(self, worker: Worker, host: str, now: datetime) -> None:
        """Take the host's lease, as the crawler does, and what is due there."""
        term = timedelta(seconds=BATCH * 60)  # renewals would be a write each 15 s and host

        def take() -> tuple[Lease | None, datetime, list[Page]]:
            with self.database.write() as connection:
                lease = leases.acquire(connection, f"{HOST}{host}", worker.owner, now, term)
                rest = pace.get(connection, [f"{HOST}{host}"]).get(f"{HOST}{host}") if lease else None
            if lease is None:
                return None, now, []
            with self.database.read() as connection:
                due = pages.due_at(connection, host, now, BATCH)
            return lease, max(now, rest[1]) if rest else now, due

        lease, at, due = self.costs.of("begin", take)
        if lease is None:
            self.seen.refused += 1
            return
        batch = self.at[host] = Batch(worker, host, lease, due, at)
        worker.hosts += 1
        self._at(at, lambda moment: self._go_on(batch, moment))

    def _go_on(self, batch: Batch, now: datetime) -> None:
        """The next few requests of a round, committed together when the last of them is answered."""
        if self.at.get(batch.host) is not batch:
            return  # its worker died
        site, some = self.sites[batch.host], batch.left[:TOGETHER]
        batch.left = batch.left[TOGETHER:]
        pause = timedelta(seconds=max(site.delay, site.latency))
        times = [now + pause * n for n in range(len(some))]
        answered = times[-1] + timedelta(seconds=site.latency) if some else now
        batch.at = now + pause * len(some)
        if some:
            self.seen.asks(batch.host, site, times)
        self._at(answered, lambda moment: self._take_in(batch, some, times, moment))

    def _take_in(self, batch: Batch, some: Sequence[Page], times: Sequence[datetime], now: datetime) -> None:
        if self.at.get(batch.host) is not batch:
            return
        self.costs.of("looks", lambda: self._commit(batch, some, times))
        if batch.left:
            self._at(max(now, batch.at), lambda moment: self._go_on(batch, moment))
        else:
            self.costs.of("end", lambda: self._finish(batch, now))

    def _finish(self, batch: Batch, now: datetime) -> None:
        """Let go of the host, with a note of the pause that is left."""
        with self.database.write() as connection:
            leases.release(connection, batch.lease)
            if batch.at > now:
                pace.put(connection, batch.lease.name, self.sites[batch.host].delay, batch.at)
        del self.at[batch.host]
        batch.worker.hosts -= 1

    def _commit(self, batch: Batch, some: Sequence[Page], times: Sequence[datetime]) -> None:
        """What looks come to for the schedule, in one transaction under the lease."""
        good: dict[int, dict[str, Any]] = {}
        with self.database.write() as connection:
            leases.assert_held(connection, batch.lease)
            found = pages.lock_all(connection, [page.id for page in some])
            for page, now in zip(some, times, strict=True):
                self._look(connection, found[page.id], now, good)
            if good:
                pages.update_all(connection, good)

    def _look(
        self, connection: sa.Connection, page: Page, now: datetime, good: dict[int, dict[str, Any]]
    ) -> None:
        closes = closing(page.spec, now)
        if closes is not None and closes <= now:
            pacing.put_off(connection, page, now)
            self.seen.looks["waiting"] += 1
            return
        try:
            with connection.begin_nested():
                allowance.spend(connection, page.sources, zone_of(page.spec), now)
        except NotNow as error:
            pacing.put_off(connection, page, now + error.wait)
            self.seen.looks["waiting"] += 1
            return
        self._note(page, now)
        site = self.sites[page.host]
        if site.is_down(now):
            self._look_in_vain(connection, page, now, site.retry_after)
        else:
            good[page.id] = self._look_well(connection, page, now)

    def _look_well(self, connection: sa.Connection, page: Page, now: datetime) -> dict[str, Any]:
        gap = (now - page.last_good_at) / timedelta(days=1) if page.last_good_at else 0.0
        changed = self.chance.random() < -math.expm1(-self.rates[page.id - 1] * gap)
        habit = pacing.habit_after(page, now, changed=changed)
        self.seen.looks["changed" if changed else "unchanged"] += 1
        return {
            "health": "ok",
            "bad_looks": 0,
            "last_check_at": now,
            "last_good_at": now,
            "habit_changes": habit.changes,
            "habit_days": habit.days,
            "next_check_at": pacing.look_after(connection, page, habit, now),
        }

    def _look_in_vain(
        self, connection: sa.Connection, page: Page, now: datetime, retry_after: float | None
    ) -> None:
        bad = page.bad_looks + 1
        following = pacing.look_after_bad(connection, page, now, bad, retry_after)
        pages.update(
            connection, page.id, health="failed", bad_looks=bad, last_check_at=now, next_check_at=following
        )
        self.seen.looks["failed"] += 1

    def _note(self, page: Page, now: datetime) -> None:
        """How long it had waited, in seconds and against what it may have to: as long again as its interval, while
        its host is gone through once.
        """
        site, day = self.sites[page.host], (now - BEGIN).days
        assert page.next_check_at is not None
        wait = (now - page.next_check_at).total_seconds()
        since = page.last_check_at or page.next_check_at - FIRST
        interval = (page.next_check_at - since).total_seconds()
        a_round = site.size * max(site.delay, site.latency)
        self.seen.by_day[day] += 1
        self.seen.limited[day] += "limited" in page.sources
        self.seen.waits.append(wait)
        self.seen.against.append(wait / (interval + a_round))
        self.seen.first.setdefault(page.id, now)

    def _rescale(self, now: datetime) -> None:
        def rescale() -> None:
            with self.database.write() as connection:
                pacing.rescale(connection, now)

        self.costs.of("rescale", rescale)
        self._at(now + timedelta(days=1), self._rescale)

    def _die(self, worker: Worker, now: datetime) -> None:
        """Nothing more is heard of it: what it had not committed is lost, its leases run out a minute later."""
        lost = [batch for batch in self.at.values() if batch.worker is worker]
        with self.database.write() as connection:
            for batch in lost:
                leases.renew(connection, batch.lease, now, HOST_TERM)
                del self.at[batch.host]
                self.seen.asked[batch.host] = min(self.seen.asked.get(batch.host, now), now)
        worker.hosts, worker.is_alive = 0, False

    def _revive(self, worker: Worker) -> None:
        worker.owner, worker.is_alive = new_owner(), True

    def _fill(self) -> None:
        """All pages, never looked at and due at once, as after the watchlist was brought in for the first time."""
        with self.database.write() as connection:
            named = ({"id": 1, "name": "all"}, {"id": 2, "name": "limited"})
            connection.execute(
                sa.insert(models.sources), [{**n, "origin": "watchlist", "spec": {}} for n in named]
            )
            said = {pace.BUDGET: self.budget, pace.name_of(pace.LIMIT, "limited"): self.limit}
            pace.declare(connection, said, BEGIN)
            for host, site in self.sites.items():
                self.rates += [made_rate(self.chance) for _ in range(site.size)]
                first = len(self.rates) - site.size + 1
                rows = [page_row(page_id, host, site) for page_id in range(first, first + site.size)]
                connection.execute(sa.insert(models.pages), rows)
                of = [{"page_id": r["id"], "source_id": 1 if r["id"] % LIMITED else 2} for r in rows]
                connection.execute(sa.insert(models.page_sources), of)


@contextmanager
def _database(postgresql: bool) -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        if postgresql:
            with (
                postgres.server() as socket,
                _opened(f"postgresql+psycopg://postgres@/postgres?host={socket}") as opened,
            ):
                yield opened
        else:
            with _opened(f"sqlite:///{folder}/wgwatch.db") as opened:
                yield opened


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    database.prepare()
    try:
        yield database
    finally:
        database.close()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="2,000 pages on 120 hosts")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--postgresql", action="store_true", help="PostgreSQL instead of SQLite")
    parser.add_argument("--pages", type=int, default=PAGES, help=f"({PAGES:,})")
    parser.add_argument("--hosts", type=int, default=HOSTS, help=f"({HOSTS:,})")
    parser.add_argument("--write", action="store_true", help="put what came of it into docs/scaling.md")
    parser.add_argument("--days", type=float, default=DAYS, help=f"simulated days ({DAYS:g})")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
