"""How fast the web pages are: `python benchmarks/web.py [--quick] [--json] [--sqlite]`.

Fills a database with 20,000 pages, a million versions of records, 300,000 changes, 400,000 versions of pages and
100,000 messages (SQLite, then PostgreSQL), has `wgwatch serve` answer from it in a process of its own, and asks each
page again and again, two requests at a time. The last line is a summary; exit 1 where a page's p95 is above the limit.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests")]

import postgres  # noqa: E402
import sqlalchemy as sa  # noqa: E402
from many_versions import FIRST, RARE, WORDS, fill  # noqa: E402
from world import group_page  # noqa: E402

from config.addresses import page_key  # noqa: E402
from storage import blobs  # noqa: E402
from storage.engine import Database  # noqa: E402
from storage.models import addresses, captures, changes, deliveries, page_sources, pages, sources  # noqa: E402

LIMIT = 100.0
"""Milliseconds that 95 of 100 answers to any page may take at most."""
PAGES, VERSIONS, CHANGES, CAPTURES = 20_000, 50, 15, 20
"""Pages; and versions of records, changes, versions of the page, of each."""
MESSAGES_A_PAGE = 5
SOURCES = 20
AT_ONCE = 2
SHOWN = f"{FIRST + timedelta(days=180 * 7):%Y%m%d%H%M%S}"
"""When one of the versions was first seen."""
FILLER = [f"<p>{text}</p>" for text in random.Random(5).choices(WORDS, k=3_000)]
"""Makes the stored page one of 50 kB."""
KINDS = ("event.moved", "text.changed", "contact.added", "role.changed")


def main() -> int:
    options = _options()
    page_count, rounds = (PAGES // 40, 20) if options.quick else (PAGES, 60)
    report: dict[str, Any] = {"limit": LIMIT, "pages": page_count, "databases": {}}
    for name, opened in _databases(options.sqlite, options.world):
        with opened as (database, environ):
            if not _is_filled(database):
                _fill(database, page_count)
            with _served(environ) as port:
                measured = _measure(port, page_count, rounds)
        report["databases"][name] = measured
        if not options.json:
            _print(name, page_count, measured)
    report["missed"] = [
        f"{path} on {name}"
        for name, measured in report["databases"].items()
        for path, times in measured.items()
        if times["p95"] > LIMIT
    ]
    slowest = max(times["p95"] for measured in report["databases"].values() for times in measured.values())
    if options.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        missed = f"MISSED: {', '.join(report['missed'])}" if report["missed"] else "all limits kept"
        print(f"{missed} | slowest page p95 {slowest:.1f} ms (limit {LIMIT:g})")
    return 1 if report["missed"] else 0


def _paths(number: int) -> tuple[str, ...]:
    """The pages and calls, of a group drawn by lot where they are of one. What is new is added here."""
    return (
        "/",
        "/changes",
        "/changes?kind=role.changed",
        "/changes?kind=page.gone",
        f"/changes?group=G{number}",
        "/changes?source=s0",
        f"/changes/chg_{number:06}00",
        "/groups",
        "/groups?health=failed",
        "/sources/s0",
        f"/groups/G{number}",
        f"/groups/G{number}?as_of=2019",
        f"/groups/G{number}?during=2019",
        f"/groups/G{number}/roles/Programme%20Director",
        f"/pages/{number + 1}",
        f"/pages/{number + 1}?during=2019",
        f"/records?kind=events&group=G{number}&history=1",
        f"/records?kind=contacts&group=G{number}&during=2019",
        f"/records?kind=events&text={RARE}{number}",
        f"/records/event_{number}_0",
        f"/api/v1/pages/{number + 1}",
        "/api/v1/pages?limit=100",
        f"/api/v1/pages/{number + 1}/captures",
        f"/api/v1/records?kind=events&group=G{number}&history=true",
        "/api/v1/records?kind=contacts",
        "/api/v1/records?kind=events&held=1990",
        f"/api/v1/records?kind=events&text={RARE}{number}",
        f"/api/v1/records/event_{number}_0",
        "/api/v1/changes?kind=role.changed&source=s0",
        f"/api/v1/search?q={RARE}{number}",
        "/api/v1/search?q=harbour+pilot",
        "/api/v1/deliveries?state=dead",
        "/api/v1/status",
        f"/feeds/groups/G{number}.ics",
        f"/records/contact_{number}_1",
        "/calendar?month=2024-03",
        f"/search?q={RARE}{number}",
        "/search?q=harbour+pilot",
        "/deliveries",
        "/deliveries?state=dead",
        f"/web/{SHOWN}/https://group-{number}.example/",
        f"/web/2018/https://group-{number}.example/",
        f"/timegate/https://group-{number}.example/",
        f"/timemap/link/https://group-{number}.example/",
        f"/timemap/json/https://group-{number}.example/",
        "/subscriptions",
        "/status",
        "/healthz",
        "/metrics",
    )


def _measure(port: int, page_count: int, rounds: int) -> dict[str, dict[str, float]]:
    """Median and p95 in ms of each page, by its address with the group's number as N."""
    dice = random.Random(7)
    drawn = [dice.randrange(page_count) for _ in range(rounds)]
    found: dict[str, dict[str, float]] = {}
    for place, shown in enumerate(_paths(0)):
        asked = [_paths(number)[place] for number in drawn]
        _asked(port, asked[:3])  # what is read for the first time comes from the disk
        shares = [asked[n::AT_ONCE] for n in range(AT_ONCE)]
        with ThreadPoolExecutor(AT_ONCE) as clients:
            times = [took for some in clients.map(_asked, [port] * AT_ONCE, shares) for took in some]
        p95 = statistics.quantiles(times, n=100, method="inclusive")[94]
        found[shown.replace("G0", "GN")] = {"median": statistics.median(times), "p95": p95}
    return found


def _asked(port: int, paths: Sequence[str]) -> list[float]:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    times = []
    for path in paths:
        started = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        times.append((time.perf_counter() - started) * 1000)
        assert answer.status in (200, 302), (path, answer.status)
    connection.close()
    return times


def _fill(database: Database, page_count: int) -> None:
    fill(database, page_count, VERSIONS)
    dice, now = random.Random(11), datetime.now(UTC)
    with database.write() as connection:
        named = [{"id": n + 1, "name": f"s{n}", "origin": "watchlist", "spec": {}} for n in range(SOURCES)]
        connection.execute(sa.insert(sources), named)
        # nine pages of ten are of one source
        of = [
            {"page_id": n + 1, "source_id": n % SOURCES + 1 if n % 10 == 0 else 1} for n in range(page_count)
        ]
        connection.execute(sa.insert(page_sources), of)
        spec = {
            "spec": {"check": ["every 6 hours"]},
            "health": "ok",
            "next_check_at": now + timedelta(hours=1),
        }
        connection.execute(sa.update(pages).values({**spec, "last_check_at": now}))
        page = blobs.put(connection, group_page(extra="".join(FILLER)).encode())
    for start in range(0, page_count, 250):
        numbers = range(start, min(start + 250, page_count))
        with database.write() as connection:
            connection.execute(sa.insert(addresses), [_address(n, now) for n in numbers])
            connection.execute(sa.insert(changes), [row for n in numbers for row in _changes(n, now, dice)])
            connection.execute(sa.insert(captures), [row for n in numbers for row in _captures(n, page)])
            connection.execute(sa.insert(deliveries), [row for n in numbers for row in _messages(n, now)])
    if not database.is_sqlite:  # as its own housekeeping does before long
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _is_filled(database: Database) -> bool:
    """Whether all is in it already, from a run before this one."""
    with database.read() as connection:
        return connection.execute(sa.select(deliveries.c.id).limit(1)).first() is not None


def _changes(number: int, now: datetime, dice: random.Random) -> Iterator[dict[str, Any]]:
    """Most of them lately."""
    for n in range(CHANGES):
        at = now - timedelta(days=dice.random() ** 3 * 3_650, seconds=n)
        said = {
            "sentences": [],
            "fields": {"starts_on": ["2027-09-07", "2027-09-12"]},
            "record": None,
            "section": None,
        }
        summary = f"43rd meeting of G{number} moved to 2027-09-12 (was 2027-09-07)"
        yield {
            "id": f"chg_{number:06}{n:02}",
            "page_id": number + 1,
            "kind": dice.choice(KINDS),
            "record_id": f"event_{number}_0",
            "group_name": f"G{number}",
            "last_seen_before": at - timedelta(hours=6),
            "first_seen_after": at,
            "importance": dice.random(),
            "summary": summary,
            "payload": {**said, "what": "", "summary": summary, "evidence": {}},
            "state": "planned",
        }


def _address(number: int, now: datetime) -> dict[str, Any]:
    url = f"https://group-{number}.example/"
    return {"key": page_key(url), "page_id": number + 1, "url": url, "added_at": now}


def _captures(number: int, blob_id: int) -> Iterator[dict[str, Any]]:
    for n in range(CAPTURES):
        at = FIRST + timedelta(days=180 * n)
        yield {
            "page_id": number + 1,
            "blob_id": blob_id,
            "content_type": "text/html; charset=utf-8",
            "address": f"https://group-{number}.example/",
            "first_seen_at": at,
            "last_seen_at": at + timedelta(days=100),
            "looks": 3,
        }


def _messages(number: int, now: datetime) -> Iterator[dict[str, Any]]:
    for n in range(MESSAGES_A_PAGE):
        yield {
            "id": f"msg_{number:06}{n:02}",
            "channel": "email",
            "target": f"reader{number % 200}@paper.example",
            "fold": "at once",
            "digest": False,
            "created_at": now,
            "due_at": now,
            "next_attempt_at": now,
            "state": "dead" if number % 50 == 0 else "sent",
            "attempts": 1,
        }


@contextmanager
def _served(environ: dict[str, str]) -> Iterator[int]:
    """`wgwatch serve` in a process of its own."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    with tempfile.TemporaryDirectory() as folder:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("WGWATCH_")}
        kept |= {"PYTHONPATH": str(HERE.parent), "WGWATCH_WEB_ADDRESS": str(port), **environ}
        kept |= {"WGWATCH_API_RATE": "0"}
        process = subprocess.Popen(
            [sys.executable, "-m", "wgwatch", "serve"], cwd=folder, env=kept, stdout=subprocess.DEVNULL
        )
        try:
            _wait(process, port)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(300):
        try:
            _asked(port, ["/healthz"])
        except OSError:
            if process.poll() is not None:
                raise
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("wgwatch serve did not begin")


def _databases(only_sqlite: bool, world: Path | None) -> Iterator[tuple[str, Any]]:
    yield "SQLite", _sqlite(world)
    if not only_sqlite:
        yield "PostgreSQL", _postgres(world)


@contextmanager
def _sqlite(world: Path | None) -> Iterator[tuple[Database, dict[str, str]]]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{world or folder}/wgwatch.db"
        yield from _prepared(url, url)


@contextmanager
def _postgres(world: Path | None) -> Iterator[tuple[Database, dict[str, str]]]:
    with postgres.server(world / "postgresql" if world else None) as folder:
        where = f"postgres@/postgres?host={folder}"
        yield from _prepared(f"postgresql+psycopg://{where}", f"postgresql://{where}")


def _prepared(url: str, setting: str) -> Iterator[tuple[Database, dict[str, str]]]:
    database = Database(url)
    try:
        database.prepare()
        yield database, {"WGWATCH_DATABASE_URL": setting}
    finally:
        database.close()


def _print(name: str, page_count: int, measured: dict[str, dict[str, float]]) -> None:
    print(
        f"{name}: {page_count:,} pages, {page_count * VERSIONS:,} versions of records, {AT_ONCE} requests at once"
    )
    for path, times in measured.items():
        print(f"  {path:48} median {times['median']:7.1f} ms, p95 {times['p95']:7.1f} ms")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="500 pages, 25,000 versions")
    parser.add_argument("--sqlite", action="store_true", help="without PostgreSQL")
    parser.add_argument(
        "--world", type=Path, metavar="FOLDER", help="keep the filled databases there for the next run"
    )
    parser.add_argument("--json", action="store_true", help="print all that is measured as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
