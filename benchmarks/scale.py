"""Several processes: `python benchmarks/scale.py [--quick] [--kills [N]] [--simulate] [--part NAME ...] [--json]`.

    throughput  looks a second with 1, 2 and 4 `wgwatch work` before a site with 50 ms latency a page, on PostgreSQL,
                all on these cores; what the queue costs for a host's batch, beside looking at its pages
    recovery    how long after the death of a worker (`kill -9`) others are at its hosts
    kills       1 scheduler, 3 workers and 2 dispatchers before 300 pages on 60 hosts; one of them is killed again and
                again at random moments while pages change; the database is ended, too, and a worker's connection to it
                falls silent and is cut. Wrong: a change that was told never, or under two ids, or a host that saw two
                connections at a time.

With --simulate alone: a hundred thousand pages on a simulated clock (`scale_simulation.py`).

The last line is a summary; exit 1 where a limit is missed. --quick does a little of throughput, recovery and kills; of
its limits those of truth are held, that of speed is not.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE), str(HERE.parent / "tests")]

import postgres  # noqa: E402
from cluster import Cluster, Proxy, Site, free_port, move_some, wrongs  # noqa: E402

from storage.engine import Database  # noqa: E402
from storage.work.queue import HOSTS, LOOK, Queue  # noqa: E402

LATENCY = 0.05
LINEAR = 0.8
"""Two workers are to look at so much of twice what one does."""
RECOVERED = 45.0
"""Seconds after a worker's death within which others are at its hosts."""
KILLS = 60
PAGES, ON_HOSTS = 300, 60
HOSTS_A_WORKER = 4
"""So few that the site's latency is what one worker waits for, and not these cores."""
BATCHES = 500
PARTS = ("throughput", "recovery", "kills")


def main() -> int:
    options = _options()
    if options.simulate:
        return _simulate(options)
    report: dict[str, Any] = {"lines": [], "limits": {}, "missed": []}
    for part in options.part or PARTS:
        lines, limits, missed = globals()[f"_{part}"](options)
        report["lines"] += lines
        report["limits"] |= limits
        report["missed"] += missed
    print(json.dumps(report, indent=2) if options.json else _words(report))
    return 1 if report["missed"] else 0


def _throughput(options: argparse.Namespace) -> tuple[list[str], dict[str, float], list[str]]:
    """Looks a second by the number of workers: unchanged pages, all due at once."""
    workers = (1, 2) if options.quick else (1, 2, 4)
    pages = 240 if options.quick else 2_400
    with (
        _server() as url,
        Site(pages, ON_HOSTS, LATENCY) as site,
        _cluster(url, site, max(workers)) as cluster,
    ):
        cluster.begin("schedule 1", "work 1")
        _first_looks(cluster, site)
        rates = {}
        for number in workers:
            cluster.begin(*(f"work {n + 1}" for n in range(number) if f"work {n + 1}" not in cluster.running))
            cluster.until(lambda n=number: _at_work(cluster) == n, f"{number} workers are at work")
            rates[number] = max(_rate(cluster, site) for _ in range(1 if options.quick else 2))
    with _server() as url:  # where no other worker takes these jobs
        overhead = asyncio.run(_queue_overhead(url))
    ratio = rates[2] / (2 * rates[1])
    lines = [
        f"throughput: {rate:.0f} looks/s with {number} workers, each at {HOSTS_A_WORKER} hosts at once, "
        f"{LATENCY * 1000:.0f} ms latency a page"
        for number, rate in rates.items()
    ]
    lines.append(f"queue: {overhead * 1000:.2f} ms for a host's batch, to put it, take it and note its end")
    missed = ["two workers beside one"] if ratio < LINEAR and not options.quick else []
    return lines, {f"two workers beside one, of linear (at least {LINEAR})": ratio}, missed


def _recovery(options: argparse.Namespace) -> tuple[list[str], dict[str, float], list[str]]:
    """The longest time until others were at the hosts of a worker that died at work."""
    with _server() as url, Site(PAGES, ON_HOSTS) as site, _cluster(url, site, 3) as cluster:
        cluster.begin("schedule 1", "work 1", "work 2", "work 3")
        _first_looks(cluster, site)
        found = [cluster.kill_at_work() for _ in range(1 if options.quick else 3)]
    line = (
        f"recovery: others were at the hosts of a dead worker after {', '.join(f'{s:.1f}' for s in found)} s"
    )
    missed = ["recovery"] if max(found) >= RECOVERED else []
    return [line], {f"recovery, s (under {RECOVERED:g})": max(found)}, missed


def _kills(options: argparse.Namespace) -> tuple[list[str], dict[str, float], list[str]]:
    kills = options.kills or (6 if options.quick else KILLS)
    pages = ON_HOSTS if options.quick else PAGES
    chance, port = random.Random(8), free_port()
    url = "postgresql://postgres@127.0.0.1:{}/postgres"
    with ExitStack() as stack:
        server = stack.enter_context(postgres.Server(port))
        site = stack.enter_context(Site(pages, ON_HOSTS))
        proxy = stack.enter_context(Proxy(port))
        where = {"work 1": url.format(proxy.port)}
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        cluster = stack.enter_context(
            Cluster(folder, site, lambda name: where.get(name, url.format(port)), options=("--hosts", "8"))
        )
        cluster.begin(*cluster.names)
        _first_looks(cluster, site)
        began = time.monotonic()
        for kill in range(kills):
            move_some(site, chance)
            cluster.make_due()
            time.sleep(chance.uniform(0, 6))
            cluster.kill(chance.choice(cluster.names))
            _trouble(kill % 12, server, proxy)
        taken = time.monotonic() - began
        proxy.speak()
        cluster.come_to_rest()
        recovered = cluster.kill_at_work()
        cluster.come_to_rest()
        published = cluster.published()
        wrong = wrongs(site, published)
    victims = ", ".join(f"{number} {kind}" for kind, number in sorted(cluster.victims.items()))
    repeated = len(site.told) - len({(message, change) for message, change, *_ in site.told})
    lines = [
        f"kills: {kills} in {taken:.0f} s, at the end one of a worker at work ({victims}), {pages} pages on {ON_HOSTS} "
        f"hosts; {len(published)} changes told, {repeated} messages twice under their id, {len(wrong)} wrong; others "
        f"were at the hosts of the dead worker after {recovered:.1f} s",
        *(f"  WRONG {each}" for each in wrong[:20]),
    ]
    limits = {"wrong (none)": len(wrong), f"recovery after all kills, s (under {RECOVERED:g})": recovered}
    return lines, limits, ["kills"] if wrong or recovered >= RECOVERED else []


def _trouble(turn: int, server: postgres.Server, proxy: Proxy) -> None:
    """Beside the kills, now and then: the database ends, or a worker hears nothing of it, and is then cut off."""
    if turn == 3:
        server.crash_and_start()
    elif turn == 6:
        proxy.silence()
    elif turn == 9:
        proxy.cut()
        proxy.speak()


def _simulate(options: argparse.Namespace) -> int:
    simulation = importlib.import_module("scale_simulation")
    asked = {
        "quick": options.quick,
        "json": options.json,
        "postgresql": False,
        "days": simulation.DAYS,
        "pages": simulation.PAGES,
        "hosts": simulation.HOSTS,
        "write": False,
    }
    result: int = simulation.run(argparse.Namespace(**asked))
    return result


@contextmanager
def _server() -> Iterator[str]:
    port = free_port()
    with postgres.Server(port):
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"


@contextmanager
def _cluster(url: str, site: Site, workers: int) -> Iterator[Cluster]:
    kinds = ("schedule", *["work"] * workers)
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(Path(folder), site, lambda _: url, kinds, ("--hosts", str(HOSTS_A_WORKER)))
        with cluster:
            yield cluster


def _first_looks(cluster: Cluster, site: Site) -> None:
    cluster.until(lambda: cluster.known() == len(site.days), "the watchlist is brought in")
    cluster.until(
        lambda: cluster.looked_since(datetime(2000, 1, 1, tzinfo=UTC)) == len(site.days),
        "every page was seen",
        600,
    )


def _at_work(cluster: Cluster) -> int:
    return sum(
        "INFO working" in cluster.whole_log(name) for name in cluster.running if name.startswith("work")
    )


def _rate(cluster: Cluster, site: Site) -> float:
    """Looks a second, as the site saw them, without the tenth at the begin and at the end."""
    before = len(site.asked)
    began = datetime.now(UTC)
    cluster.make_due()
    cluster.until(lambda: cluster.looked_since(began) == len(site.days), "all pages were looked at", 600)
    times = sorted(at for _, _, at in site.asked[before:])
    inner = times[len(times) // 10 : -len(times) // 10]
    return (len(inner) - 1) / (inner[-1] - inner[0])


async def _queue_overhead(url: str) -> float:
    """Seconds for a batch that does nothing, of many by one worker."""
    database = Database(url.replace("postgresql://", "postgresql+psycopg://"))
    done = 0

    async def look(host: str) -> None:
        nonlocal done
        done += 1
        if done == BATCHES:
            queue.stop()

    async with Queue(database) as queue:
        queue.learn(LOOK, look)
        began = time.monotonic()
        await queue.put_hosts([f"h{n}.example" for n in range(BATCHES)])
        await queue.work(HOSTS, 1)
        taken = time.monotonic() - began
    database.close()
    return taken / BATCHES


def _words(report: dict[str, Any]) -> str:
    limits = [f"{name}: {value:.2f}" for name, value in report["limits"].items()]
    return "\n".join([*report["lines"], *limits, f"scale: {', '.join(report['missed']) or 'nothing'} missed"])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a little of each, about a minute")
    parser.add_argument("--kills", type=int, nargs="?", const=KILLS, help=f"only kills, so many ({KILLS})")
    parser.add_argument("--simulate", action="store_true", help="only the simulation")
    parser.add_argument("--part", action="append", choices=PARTS, help="only this; repeatable")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.kills:
        options.part = ["kills"]
    return options


if __name__ == "__main__":
    sys.exit(main())
