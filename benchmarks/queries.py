"""How fast questions about the past are answered: `python benchmarks/queries.py [--quick] [--json] [--sqlite]`.

Makes a million versions of records over 20,000 pages with their passages (SQLite and PostgreSQL), then asks what one
group's page said at a random moment, beside fetching as many rows of the same table by primary key through the same
layer. The plans must not read a table as a whole. Full-text search is timed, and its size stated. The last line is a
summary; exit 1 where a limit of the table below is missed.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests")]

import postgres  # noqa: E402
import sqlalchemy as sa  # noqa: E402
from many_versions import FIRST, LAST, RARE, WORDS, fill  # noqa: E402

from storage import pages  # noqa: E402
from storage.asking import queries  # noqa: E402
from storage.engine import Database  # noqa: E402
from storage.fulltext import search  # noqa: E402
from storage.fulltext.words import query  # noqa: E402
from storage.models import observations  # noqa: E402
from storage.records import record_from_json  # noqa: E402

LIMITS = {
    "as-of p99 beside fetching by key": 5.0,
    "tables read as a whole": 0,
}
PAGES, VERSIONS = 20_000, 50
"""A million versions: so many a page."""
SEARCHES = 40


def main() -> int:
    options = _options()
    report: dict[str, Any] = {"databases": {}, "limits": {}}
    for name, opened in _databases(options.sqlite):
        with opened as database:
            report["databases"][name] = measure(database, quick=options.quick)
            if not options.json:
                _print(name, report["databases"][name])
    measured = report["databases"].values()
    report["limits"] = {
        "as-of p99 beside fetching by key": max(each["ratio"] for each in measured),
        "tables read as a whole": sum(len(each["scans"]) for each in measured),
    }
    report["missed"] = [name for name, value in report["limits"].items() if value > LIMITS[name]]
    if options.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        print(_summary(report["limits"], report["missed"]))
    return 1 if report["missed"] else 0


def measure(database: Database, *, quick: bool) -> dict[str, Any]:
    """Everything measured of one database, times in ms."""
    page_count = PAGES // 40 if quick else PAGES
    started = time.perf_counter()
    sizes = fill(database, page_count, VERSIONS)
    made = time.perf_counter() - started
    dice = random.Random(7)
    rounds = 200 if quick else 1_000
    with database.read() as connection:
        asked = _as_of(connection, dice, page_count, rounds)
        return {
            "pages": page_count,
            "versions": page_count * VERSIONS,
            "seconds to make": made,
            "sizes": sizes,
            **asked,
            "scans": _scans(connection, database.is_sqlite),
            "search": _searches(connection, dice, page_count, SEARCHES),
        }


def _as_of(connection: sa.Connection, dice: random.Random, page_count: int, rounds: int) -> dict[str, Any]:
    """By turns: one group's records at a moment, and as many rows by their keys."""
    ids = sa.select(sa.func.min(observations.c.id), sa.func.max(observations.c.id))
    first, last = connection.execute(ids).one()
    times: dict[str, list[float]] = {"as of": [], "by key": []}
    rows = 0
    for n in range(rounds + rounds // 10):
        kind, group = dice.choice(("event", "contact", "project")), f"G{dice.randrange(page_count)}"
        moment = FIRST + (LAST - FIRST) * dice.random()
        took, answers = _timed(lambda k=kind, g=group, m=moment: _ask(connection, k, g, m))
        keys = dice.sample(range(first, last + 1), len(answers))
        took_by_key, _ = _timed(lambda keys=keys: _fetch(connection, keys))
        if answers and n >= rounds // 10:  # the first are for warming up
            times["as of"].append(took)
            times["by key"].append(took_by_key)
            rows += len(answers)
    p99 = {what: _percentile(found, 99) for what, found in times.items()}
    return {
        "questions": len(times["as of"]),
        "rows a question": rows / len(times["as of"]),
        "median": {what: statistics.median(found) for what, found in times.items()},
        "p99": p99,
        "ratio": p99["as of"] / p99["by key"],
    }


def _ask(connection: sa.Connection, kind: str, group: str, moment: Any) -> list[Any]:
    return list(queries.as_of(connection, kind, pages.of_group(connection, group), moment))


def _fetch(connection: sa.Connection, keys: Sequence[int]) -> list[Any]:
    """Rows by primary key, one by one made records as answers are."""
    rows = connection.execute(sa.select(observations).where(observations.c.id.in_(keys)))
    return [(record_from_json(row.kind, row.said), row) for row in rows]


def _scans(connection: sa.Connection, sqlite: bool) -> list[str]:
    """Steps of the plans of an as-of question that read a table or index as a whole."""
    told: list[tuple[str, Any]] = []

    def tell(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        told.append((statement, parameters))

    sa.event.listen(connection, "before_cursor_execute", tell)
    _ask(connection, "contact", "G7", LAST)
    watched = pages.of_group(connection, "G7")
    queries.during(connection, "contact", watched, FIRST, LAST)
    queries.coverage(connection, watched, LAST)
    sa.event.remove(connection, "before_cursor_execute", tell)
    explain = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
    plans = [connection.exec_driver_sql(explain + said, given).all() for said, given in told]
    lines = {str(row[-1]).strip() for plan in plans for row in plan}
    whole = {line for line in lines if line.startswith("SCAN ") or "Seq Scan on" in line}
    # an empty or tiny table is one block: PostgreSQL rightly reads it as it is
    return sorted(line for line in whole if "Seq Scan on sources" not in line and "page_sources" not in line)


def _searches(
    connection: sa.Connection, dice: random.Random, page_count: int, rounds: int
) -> dict[str, float]:
    """p95 of the first 20 hits, by what is asked."""
    asked: dict[str, Callable[[], list[Any]]] = {
        "a rare word": lambda: _search(connection, f"{RARE}{dice.randrange(page_count)}"),
        "two common words": lambda: _search(connection, " ".join(dice.sample(WORDS, 2))),
        "a phrase": lambda: _search(connection, f'"{dice.choice(WORDS)} {dice.choice(WORDS)}"'),
        "a common word on one page": lambda: _search(
            connection, dice.choice(WORDS), page_ids={1 + dice.randrange(page_count)}
        ),
    }
    return {what: _percentile([_timed(work)[0] for _ in range(rounds)], 95) for what, work in asked.items()}


def _search(connection: sa.Connection, text: str, **about: Any) -> list[Any]:
    return search.find(connection, query(text), **about)


def _timed(work: Callable[[], list[Any]]) -> tuple[float, list[Any]]:
    started = time.perf_counter()
    found = work()
    return (time.perf_counter() - started) * 1000, found


def _percentile(times: Sequence[float], percent: int) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]


def _databases(only_sqlite: bool) -> Iterator[tuple[str, Any]]:
    yield "SQLite", _sqlite()
    if not only_sqlite:
        yield "PostgreSQL", _postgres()


@contextmanager
def _sqlite() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        yield from _prepared(f"sqlite:///{folder}/wgwatch.db")


@contextmanager
def _postgres() -> Iterator[Database]:
    with postgres.server() as folder:
        yield from _prepared(f"postgresql+psycopg://postgres@/postgres?host={folder}")


def _prepared(url: str) -> Iterator[Database]:
    database = Database(url)
    database.prepare()
    yield database
    database.close()


def _print(name: str, told: dict[str, Any]) -> None:
    print(
        f"{name}: {told['versions']:,} versions over {told['pages']:,} pages ({told['seconds to make']:.0f} s)"
    )
    for what in ("median", "p99"):
        print(
            f"  {what:6} {told[what]['as of']:7.2f} ms as of a moment, {told[what]['by key']:7.2f} ms as many rows "
            "by key"
        )
    print(
        f"  {told['questions']} questions, {told['rows a question']:.1f} rows each, p99 ratio {told['ratio']:.2f}"
    )
    print(f"  tables read as a whole: {', '.join(told['scans']) or 'none'}")
    for what, p95 in told["search"].items():
        print(f"  search for {what:26} p95 {p95:8.2f} ms")
    for what, size in told["sizes"].items():
        print(f"  {what:42} {size / 1e6:9.1f} MB")


def _summary(limits: dict[str, float], missed: Sequence[str]) -> str:
    said = "; ".join(f"{name} {value:.3g} (limit {LIMITS[name]:g})" for name, value in limits.items())
    return f"{'MISSED: ' + ', '.join(missed) if missed else 'all limits kept'} | {said}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="25,000 versions over 500 pages")
    parser.add_argument("--sqlite", action="store_true", help="without PostgreSQL")
    parser.add_argument("--json", action="store_true", help="print all that is measured as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
