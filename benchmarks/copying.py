"""Copying, backing up and restoring a large database: `python benchmarks/copying.py [--quick] [--json]`.

Makes 100,000 captures of 2,000 pages in SQLite, each another answer, with their looks, records and passages. `wgwatch
db copy` brings them into PostgreSQL and is killed (-9) twice on the way; then `wgwatch backup` of that, and `wgwatch
restore` into SQLite. The reports of `wgwatch verify` have to be the same at all three places, and the memory of each
process has a limit. The last line is a summary; exit 1 where a limit of the table below is missed. Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests"), str(HERE)]

import postgres  # noqa: E402
import sqlalchemy as sa  # noqa: E402
from many_versions import WORDS, fill  # noqa: E402
from process_tree import Peak  # noqa: E402

from storage import blobs, pages, sightings  # noqa: E402
from storage.engine import Database  # noqa: E402
from storage.frames import pack  # noqa: E402
from storage.models import blobs as blob_table  # noqa: E402
from storage.models import captures as capture_table  # noqa: E402
from storage.sightings import Sighting  # noqa: E402

LIMITS = {
    "reports that differ": 0,
    "kills that did not interrupt": 0,
    "peak memory in MB": 200,
}
PAGES, CAPTURES = 2_000, 50
"""A hundred thousand captures: so many a page."""
RECORDS = 20
KILLS = (0.3, 0.7)
"""Shares of the rows after which the copy is killed."""
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a fortieth of it, under a minute")
    parser.add_argument("--json", action="store_true", help="print all that is measured as JSON")
    options = parser.parse_args()
    report = measure(PAGES // 40 if options.quick else PAGES)
    report["missed"] = [name for name, value in report["limits"].items() if value > LIMITS[name]]
    if options.json:
        print(json.dumps(report, indent=1))
        return 1 if report["missed"] else 0
    print(f"{report['captures']:,} captures, {report['rows']:,} rows; killed at {report['killed at']}")
    for name, step in report["steps"].items():
        print(f"{name}: {step['seconds']:.1f} s, {step['peak MB']:.0f} MB at most")
    said = "; ".join(f"{name} {value:.3g} (limit {LIMITS[name]})" for name, value in report["limits"].items())
    missed = report["missed"]
    print(f"{'MISSED: ' + ', '.join(missed) if missed else 'all limits kept'} | {said}")
    return 1 if report["missed"] else 0


def measure(page_count: int) -> dict[str, Any]:
    """Everything measured, as plain values."""
    with tempfile.TemporaryDirectory() as name, postgres.server() as server:
        folder = Path(name)
        here, there = f"sqlite:///{folder}/wgwatch.db", f"postgresql://postgres@/postgres?host={server}"
        back = f"sqlite:///{folder}/restored.db"
        rows = _fill(Database(here), page_count)
        steps: dict[str, dict[str, float]] = {}
        killed = [_killed(folder, here, there, rows, share) for share in KILLS]
        steps["db copy, the rest"] = _run(folder, here, "db", "copy", "--to", there)
        steps["backup"] = _run(folder, there, "backup", "kept.zip")
        steps["restore"] = _run(folder, back, "restore", "kept.zip")
        reports = [_verified(url) for url in (here, there.replace(":", "+psycopg:", 1), back)]
        size = (folder / "kept.zip").stat().st_size
    return {
        "captures": page_count * CAPTURES,
        "rows": rows,
        "killed at": [f"{done:.0%}" for done in killed if done is not None],
        "backup in MB": size / 1e6,
        "steps": steps,
        "limits": {
            "reports that differ": sum(report != reports[0] for report in reports),
            "kills that did not interrupt": killed.count(None),
            "peak memory in MB": max(step["peak MB"] for step in steps.values()),
        },
    }


def _fill(database: Database, page_count: int) -> int:
    """Pages with records and passages of `many_versions`, and others with a chain of captures; answers all rows."""
    from storage.keeping import copying

    database.prepare()
    fill(database, page_count, RECORDS)
    with database.write() as connection:  # its looks stand in no chain
        connection.execute(sa.text("DELETE FROM sightings"))
        connection.execute(sa.text("UPDATE pages SET arrivals = 0, last_good_at = NULL"))
        connection.execute(sa.text("DELETE FROM blobs"))
    dice = random.Random(17)
    for number in range(page_count):
        with database.write() as connection:
            _put_history(connection, number, dice)
    with database.read() as connection:
        rows = sum(copying.counts(connection).values())
    database.close()
    return rows


def _put_history(connection: sa.Connection, number: int, dice: random.Random) -> None:
    key = f"harbour.example/{number}"
    page_id = pages.create(connection, key=key, url=f"https://{key}", host="harbour.example", now=BEGIN)
    text = dice.choices(WORDS, k=200)
    for n in range(CAPTURES):
        text[dice.randrange(len(text))] = f"{dice.choice(WORDS)}{number}-{n}"
        body, now = " ".join(text).encode(), BEGIN + timedelta(days=n)
        row = {"sha256": blobs.hash_of(body), "size": len(body), "depth": 0, "data": pack(body)}
        blob_id = connection.execute(sa.insert(blob_table).returning(blob_table.c.id), row).scalar_one()
        look = Sighting(
            seen_at=now,
            address=f"https://{key}",
            origin="check",
            outcome="changed",
            good=True,
            status=200,
            blob_id=blob_id,
            headers=(("content-type", "text/html"),),
        )
        sightings.add(connection, page_id, look)
        run = {"first_seen_at": now, "last_seen_at": now, "looks": 1, "blob_id": blob_id}
        connection.execute(sa.insert(capture_table).values(page_id=page_id, address=look.address, **run))


def _killed(folder: Path, here: str, there: str, rows: int, share: float) -> float | None:
    """Begin the copy and kill it when it has that share of the rows; how much it had, None where it was done."""
    target = Database(there.replace(":", "+psycopg:", 1))
    with _process(folder, here, "db", "copy", "--to", there) as process:
        done = 0.0
        while process.poll() is None and done < share:
            time.sleep(0.2)
            done = _rows(target) / rows
        process.kill()
        process.wait()
    target.close()
    return done if process.returncode == -9 else None


def _rows(database: Database) -> int:
    with database.engine.connect() as connection:
        if not sa.inspect(connection).has_table("copying"):
            return 0
        from storage.keeping import copying

        return sum(copying.counts(connection).values())


def _run(folder: Path, url: str, *args: str) -> dict[str, float]:
    started = time.perf_counter()
    with _process(folder, url, *args) as process, Peak(process.pid) as peak:
        process.wait()
    if process.returncode:
        raise SystemExit(f"wgwatch {' '.join(args)} ended with {process.returncode}")
    return {"seconds": time.perf_counter() - started, "peak MB": peak.megabytes}


def _process(folder: Path, url: str, *args: str) -> subprocess.Popen[bytes]:
    environ = {**os.environ, "PYTHONPATH": str(HERE.parent), "WGWATCH_DATABASE_URL": url}
    command = [sys.executable, "-m", "wgwatch", *args]
    return subprocess.Popen(
        command, cwd=folder, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _verified(url: str) -> Any:
    """The report on bytes and chains, and the chains' ends."""
    from crawler.extract.knowledge import DEFAULT
    from crawler.history.derivation import Reader
    from wgwatch.keeping.verifying import verify

    database = Database(url)
    found = verify(database, lambda page: Reader(DEFAULT))
    database.close()
    return found.to_json()


if __name__ == "__main__":
    sys.exit(main())
