"""What keeping every version of pages costs: `python benchmarks/storage.py [--quick] [--json]`.

Takes histories of pages in, version by version as an import does, into a SQLite database for each, and weighs the
blobs with their rows (whole database pages of the table and its indexes, by SQLite's own `dbstat`) against the pack
that `git repack -adf --depth=50 --window=250` makes of the same versions, one commit each. Histories are saved ones
beside the checkout, where there are any, and made ones. The last line is a summary; exit 1 where a limit of the table
below is missed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

from page_histories import History, made_histories, saved_histories  # noqa: E402

from crawler.extract.knowledge import DEFAULT  # noqa: E402
from crawler.history.derivation import Reader  # noqa: E402
from crawler.history.steps import Seen, append  # noqa: E402
from storage import blobs, captures, changes, pages, sightings  # noqa: E402
from storage.engine import Database  # noqa: E402
from storage.models import blobs as blob_table  # noqa: E402
from storage.sightings import Sighting  # noqa: E402

SAVED = HERE.parents[1] / "shared" / "histories"
LIMITS = {"blobs with rows, to git's pack": 1.4, "decodes of a read": blobs.DEEPEST}
VERSIONS, FEW_VERSIONS = 160, 40
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
PARTS = {
    "blobs": ("blobs",),
    "records": (
        "observations",
        "section_spans",
        "readings",
        "record_ids",
        "record_keys",
        "record_links",
        "link_keys",
    ),
    "changes": ("changes",),
    "full text": ("passages", "passage_spans", "passage_words"),
    "looks": ("sightings", "captures"),
}
"""The tables of each part; indexes count with their table."""


def main() -> int:
    options = _options()
    report = measure(quick=options.quick)
    report["missed"] = [name for name, value in report["limits"].items() if value > LIMITS[name]]
    if options.json:
        print(json.dumps(report, indent=1))
    else:
        for site in report["sites"]:
            _print(site)
        print(_summary(report))
    return 1 if report["missed"] else 0


def measure(*, quick: bool) -> dict[str, Any]:
    """Everything measured, as plain values; `limits` holds what is compared with LIMITS: the worst of all sites."""
    histories = [*saved_histories(SAVED), *made_histories(FEW_VERSIONS if quick else VERSIONS)]
    sites = [_measure(name, history) for name, history in histories]
    limits = {
        "blobs with rows, to git's pack": max(site["ratio"] for site in sites),
        "decodes of a read": max(site["decodes"] for site in sites),
    }
    return {"sites": sites, "limits": limits, "saved": sum(1 for _ in saved_histories(SAVED))}


def _measure(name: str, history: History) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        pack, only_blobs = _git(Path(folder), history)
        database = Database(f"sqlite:///{folder}/wgwatch.db")
        database.prepare()
        empty = _sizes(database)
        writes = _take_in(database, history)
        reads, decodes = _read_all(database)
        sizes = {part: size - empty[part] for part, size in _sizes(database).items()}
        frames = _frames(database)
        database.close()
    return {
        "site": name,
        "versions": len(history),
        "distinct": len(reads),
        "bytes": sum(len(body) for _, body in history),
        "git": {"pack": pack, "blobs in the pack": only_blobs},
        "sizes": sizes,
        "frames": frames,
        "ratio": sizes["blobs"] / pack,
        "decodes": decodes,
        "milliseconds": {"put": _spread(writes), "get": _spread(reads)},
    }


def _git(folder: Path, history: History) -> tuple[int, int]:
    """The bytes of the repacked pack: all of it, and its blobs without commits and trees."""
    at = folder / "git"
    at.mkdir()
    _run(at, "init", "-q")
    for page, body in history:
        (at / page).write_bytes(body)
        _run(at, "add", "-A")
        who = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@wgwatch.example")
        _run(at, *who, "commit", "-q", "--allow-empty", "-m", "look")
    _run(at, "repack", "-adfq", "--depth=50", "--window=250")
    [pack] = (at / ".git" / "objects" / "pack").glob("*.pack")
    objects = [line.split() for line in _run(at, "verify-pack", "-v", str(pack)).splitlines()]
    only_blobs = sum(int(words[3]) for words in objects if len(words) >= 5 and words[1] == "blob")
    return pack.stat().st_size, only_blobs


def _run(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, text=True)
    return done.stdout


def _take_in(database: Database, history: History) -> list[float]:
    """Every version into history, read and compared; answers the milliseconds of each storing of bytes."""
    taken, reader = [], Reader(DEFAULT)
    with database.write() as connection:
        ids = {name: _page(connection, name) for name in dict(history)}
        for n, (name, body) in enumerate(history):
            now = BEGIN + timedelta(days=n)
            page = pages.get(connection, ids[name])
            started = time.perf_counter()
            blob_id = blobs.put(connection, body, captures.recent_blobs(connection, page.id, now))
            taken.append((time.perf_counter() - started) * 1000)
            sightings.add(connection, page.id, _sighting(page.url, now, blob_id))
            step = append(connection, page, Seen(now, blob_id, body, "text/html", page.url), reader)
            changes.derive(connection, step.changes)
            pages.update(connection, page.id, rules=reader.rules, last_good_at=now)
    return taken


def _page(connection: sa.Connection, name: str) -> int:
    key = f"site.example/{name}"
    return pages.create(connection, key=key, url=f"https://{key}", host="site.example", now=BEGIN)


def _sighting(url: str, now: datetime, blob_id: int) -> Sighting:
    headers = (("content-type", "text/html"),)
    said = {"origin": "import", "outcome": "changed", "good": True, "status": 200}
    return Sighting(seen_at=now, address=url, blob_id=blob_id, headers=headers, **said)  # type: ignore[arg-type]


def _read_all(database: Database) -> tuple[list[float], int]:
    """The milliseconds of reading each blob, hash checked; and the most decodes that one takes."""
    taken = []
    with database.read() as connection:
        deepest = connection.execute(sa.select(sa.func.max(blob_table.c.depth))).scalar_one()
        for blob_id in connection.execute(sa.select(blob_table.c.id)).scalars().all():
            started = time.perf_counter()
            blobs.get(connection, blob_id)
            taken.append((time.perf_counter() - started) * 1000)
    return taken, deepest + 1


def _sizes(database: Database) -> dict[str, int]:
    """Bytes on disk by part, in whole pages."""
    with database.read() as connection:
        rows = connection.execute(sa.text("SELECT name, tbl_name FROM sqlite_master"))
        owners = {row.name: row.tbl_name for row in rows}
        told = connection.execute(sa.text("SELECT name, sum(pgsize) FROM dbstat GROUP BY name")).all()
    sizes = dict.fromkeys(PARTS, 0)
    for name, size in told:
        table = owners.get(name, name)
        table = (
            "passage_words" if table.startswith("passage_words") else table
        )  # FTS5 keeps tables of its own
        for part in (part for part, tables in PARTS.items() if table in tables):
            sizes[part] += size
    return sizes


def _frames(database: Database) -> int:
    """The compressed bytes alone, without rows."""
    with database.read() as connection:
        return int(connection.execute(sa.select(sa.func.sum(sa.func.length(blob_table.c.data)))).scalar_one())


def _spread(taken: list[float]) -> dict[str, float]:
    ordered = sorted(taken)
    return {"median": statistics.median(ordered), "p99": ordered[int(0.99 * (len(ordered) - 1))]}


def _print(site: dict[str, Any]) -> None:
    sizes, git = site["sizes"], site["git"]
    print(
        f"{site['site']}: {site['versions']} versions, {site['distinct']} distinct, {site['bytes'] / 1e6:.1f} MB"
    )
    print(
        f"  blobs with rows {sizes['blobs']:,} (frames alone {site['frames']:,}), {site['ratio']:.2f} of git's pack"
    )
    print(f"  git's pack {git['pack']:,} (its blobs alone {git['blobs in the pack']:,})")
    beside = ", ".join(f"{part} {sizes[part]:,}" for part in PARTS if part != "blobs")
    print(f"  beside them: {beside}")
    for what, told in site["milliseconds"].items():
        print(f"  {what} {told['median']:.2f} ms at the median, {told['p99']:.2f} ms p99")


def _summary(report: dict[str, Any]) -> str:
    said = "; ".join(
        f"{name} {value:.3g} (limit {LIMITS[name]:g})" for name, value in report["limits"].items()
    )
    seen = "" if report["saved"] else "no saved histories; "
    missed = report["missed"]
    return f"{'MISSED: ' + ', '.join(missed) if missed else 'all limits kept'} | {seen}{said}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="shorter made histories")
    parser.add_argument("--json", action="store_true", help="print all that is measured as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
