"""What a look, a change, a message and a question cost: `python benchmarks/costs.py [--quick] [--json] [--plan]`.

Processor time, not time by the clock: a loaded machine bends it less. Made pages of 34 to 99 KB are looked at by a
process of its own, on SQLite and on PostgreSQL; changes are planned and sent; questions are asked of 25,000 versions.
Memory and bytes are weighed beside. `--plan` derives from it what 1,000, 100,000 and 10 million pages need;
`--write` puts both tables into docs/scaling.md. The last line is a summary; exit 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests"), str(HERE)]

import postgres  # noqa: E402
from costs_plan import COSTS, DOCUMENT, SIZES, bottlenecks, costs_table, plan, plan_table, put_table, rounded  # noqa: E402
from looking import Site  # noqa: E402
from looking_peers import Ours, write_watchlist  # noqa: E402
from many_versions import FIRST, LAST, WORDS, fill  # noqa: E402
from process_tree import cpu_of  # noqa: E402
from telling_planning import measure_planning, measure_sending  # noqa: E402

from config.settings import Settings  # noqa: E402
from storage import pages  # noqa: E402
from storage.asking import queries  # noqa: E402
from storage.engine import Database  # noqa: E402
from storage.fulltext import search  # noqa: E402
from storage.fulltext.words import query  # noqa: E402
from wgwatch.application import Application  # noqa: E402
from wgwatch.watching.applying import apply  # noqa: E402

LIMITS = {
    "an unchanged look beside a changed one": 0.25,
    "bytes of an unchanged look": 2_000,
    "processes for 100,000 pages": 4,
}
"""Rule: an unchanged page costs almost nothing; and what is planned with has to stay what it is."""
LOOKED = {"not modified": "validators=1", "same bytes": "validators=0", "same text": "validators=0&noise=1"}
ROUNDS = 3


def main() -> int:
    options = _options()
    costs = rounded(measure(quick=options.quick))
    figures = {
        "an unchanged look beside a changed one": costs["same bytes"] / costs["changed"],
        "bytes of an unchanged look": costs["look stored"],
        "processes for 100,000 pages": plan(costs, 100_000)["processes that look"],
    }
    plans = {str(size): plan(costs, size) | {"met first": bottlenecks(plan(costs, size))} for size in SIZES}
    missed = [name for name, limit in LIMITS.items() if figures[name] > limit]
    if options.write:
        write(costs)
    if options.json:
        report = {"costs": costs, "plans": plans, "figures": figures, "limits": LIMITS, "missed": missed}
        print(json.dumps(report, indent=1))
    else:
        print(plan_table(costs) if options.plan else costs_table(costs))
        said = ", ".join(f"{name} {value:.2g} (limit {LIMITS[name]:g})" for name, value in figures.items())
        print(f"{said}: {'MISSED: ' + ', '.join(missed) if missed else 'all limits kept'}")
    return 1 if missed else 0


def measure(*, quick: bool) -> dict[str, float]:
    """Every cost by its key, in the unit of its row."""
    count = 40 if quick else 200
    looks = {**_looks(count), **_server(count), "bring in": _bringing_in(200 if quick else 1_000)}
    found = {**looks, **_telling(quick=quick), **_questions(100 if quick else 500)}
    assert found.keys() == {cost.key for cost in COSTS}
    return found


def write(costs: dict[str, float]) -> None:
    """Put the tables into the document, in the place of those that stand there."""
    put_table(DOCUMENT, "benchmarks/costs.py --write", costs_table(costs))
    put_table(DOCUMENT, "benchmarks/costs.py --plan", plan_table(costs))


def _looks(count: int) -> dict[str, float]:
    """Milliseconds and bytes of each way that a look comes out, on SQLite."""
    with _looking(count) as (site, running):
        empty, first = _size(running.folder), running.round()
        found = {
            "first": _ms(first, count),
            "first stored": (_size(running.folder) - empty) / count,
            "page": _page_bytes(site, count) / 1_000,
            "memory": first["megabytes"],
        }
        for name, how in LOOKED.items():
            site.control(f"set?{how}")
            running.round()  # validators are stored at the first such round, and processes are warm
            before = _size(running.folder)
            found[name] = min(_ms(running.round(), count) for _ in range(ROUNDS))
            found[f"{name} stored"] = (_size(running.folder) - before) / ROUNDS / count
        site.control("set?validators=1&noise=0")
        site.control("change?share=1")
        running.round()
        before = _size(running.folder)
        site.control("change?share=1")
        found["changed"] = _ms(running.round(), count)
        found["change stored"] = (_size(running.folder) - before) / count
    found["look stored"] = found.pop("same bytes stored")
    del found["not modified stored"]
    return found


def _server(count: int) -> dict[str, float]:
    """Milliseconds of the database server for a look, where it is PostgreSQL."""
    with postgres.server() as folder:
        [pid] = [int(line) for line in (Path(folder) / "data" / "postmaster.pid").read_text().split()[:1]]
        url = f"postgresql://postgres@/postgres?host={folder}"
        with _looking(count, url) as (site, running):
            running.round()
            quiet = _used(pid, lambda: [running.round() for _ in range(ROUNDS)]) / ROUNDS
            site.control("change?share=1")
            changed = _used(pid, running.round)
    return {"server": 1_000 * quiet / count, "server changed": 1_000 * changed / count}


def _bringing_in(count: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        write_watchlist(Path(folder), "http://127.0.0.1:9", count)
        application = Application(Settings.load({}, Path(folder)))
        try:
            return (
                _each(lambda: apply(application.database, application.watchlist(), application.clock()), 2)
                / count
            )
        finally:
            application.close()


def _telling(*, quick: bool) -> dict[str, float]:
    planned = measure_planning(500 if quick else 5_000, 50)
    messages = 30 if quick else 100
    used = time.process_time()
    measure_sending(messages)
    sent = messages * 3  # to the fast targets; what the others took is in the cost, too
    return {
        "plan": 1_000 * planned["cpu"] / planned["items"],
        "send": 1_000 * (time.process_time() - used) / sent,
        "message stored": planned["bytes"] / planned["messages"],
    }


def _questions(page_count: int) -> dict[str, float]:
    dice, rounds = random.Random(7), 100
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/wgwatch.db")
        database.prepare()
        fill(database, page_count, 50)
        with database.read() as connection:

            def ask() -> object:
                watched = pages.of_group(connection, f"G{dice.randrange(page_count)}")
                return list(
                    queries.as_of(connection, "event", watched, FIRST + (LAST - FIRST) * dice.random())
                )

            def look_for() -> object:
                return search.find(connection, query(" ".join(dice.sample(WORDS, 2))))

            found = {"as of": _each(ask, rounds), "search": _each(look_for, rounds)}
        database.close()
    return found


@contextmanager
def _looking(count: int, database_url: str | None = None) -> Iterator[tuple[Site, Ours]]:
    with Site(count) as site, tempfile.TemporaryDirectory() as folder:
        running = Ours(site.url, count, Path(folder), database_url)
        try:
            yield site, running
        finally:
            running.close()


def _each(ask: Callable[[], object], rounds: int) -> float:
    ask()
    began = time.process_time()
    for _ in range(rounds):
        ask()
    return 1_000 * (time.process_time() - began) / rounds


def _used(pid: int, do: Callable[[], object]) -> float:
    """Processor seconds of a process and all that it began."""
    before = cpu_of(pid)
    do()
    return cpu_of(pid) - before


def _ms(took: dict[str, Any], count: int) -> float:
    return 1_000 * float(took["cpu"]) / count


def _size(folder: Path) -> int:
    """Bytes of the database that are in use."""
    used = "(page_count - freelist_count) * page_size"
    pragmas = "pragma_page_count(), pragma_freelist_count(), pragma_page_size()"
    with closing(sqlite3.connect(folder / "wgwatch.db")) as database:
        return int(database.execute(f"SELECT {used} FROM {pragmas}").fetchone()[0])


def _page_bytes(site: Site, count: int) -> float:
    some = range(0, count, max(count // 20, 1))
    sizes = [len(urllib.request.urlopen(f"{site.url}/p/{number}").read()) for number in some]
    return sum(sizes) / len(sizes)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="40 pages, under a minute")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--plan", action="store_true", help="print what 1,000 to 10 million pages need")
    parser.add_argument("--write", action="store_true", help="put both tables into docs/scaling.md")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
