"""How long it takes from asking for a page that has changed until its subscriber has been told."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from looking import Site
from looking_peers import Changedetection, Urlwatch, Webchanges, installed, ours, write_watchlist

from storage.engine import Database
from storage.models import pages

PEERS = (Urlwatch, Webchanges, Changedetection)
PATIENCE = 900.0

Latency = dict[str, Any]


def measure(number: int, share: float, *, with_peers: bool) -> list[Latency]:
    """A row for wgwatch as a service, and one for each peer that is installed."""
    peers = [peer for peer in PEERS if with_peers and installed(peer.name).exists()]
    return [
        _row("wgwatch", number, share, _service),
        *(_row(peer.name, number, share, _peer(peer)) for peer in peers),
    ]


def _row(name: str, number: int, share: float, running: Callable[..., Any]) -> Latency:
    with (
        Site(number) as site,
        tempfile.TemporaryDirectory() as folder,
        running(site, number, Path(folder)) as look,
    ):
        site.control("reset")
        changed = site.control(f"change?share={share}")
        began = time.time()
        look(len(changed))
        times = site.control("times")
    told = _told(changed, times["hooks"])
    waits = sorted(at - times["asked"][page] for page, at in told.items())
    since = sorted(at - began for at in told.values())
    return {
        "program": name,
        "changed": len(changed),
        "told": len(told),
        "median": statistics.median(waits) if waits else None,
        "p95": waits[int(len(waits) * 0.95)] if waits else None,
        "median since the round began": statistics.median(since) if since else None,
    }


def _told(changed: dict[str, str], hooks: list[tuple[float, str]]) -> dict[str, float]:
    """When the word that each page now says was first told."""
    first: dict[str, float] = {}
    for page, word in changed.items():
        came = [at for at, body in hooks if word in body]
        if came:
            first[page] = min(came)
    return first


@contextmanager
def _service(site: Site, number: int, folder: Path) -> Iterator[Callable[[int], None]]:
    """`wgwatch run` after its baseline. A round is what it does when every page is due."""
    write_watchlist(folder, site.url, number)
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "wgwatch", "run"],
            cwd=folder,
            env=ours() | {"WGWATCH_HEALTH_LISTEN": "off"},
            stdout=log,
            stderr=log,
        )
    try:
        _wait(lambda: site.control("stats")["asked"] >= number)
        database = Database(f"sqlite:///{folder / 'wgwatch.db'}")
        _wait(lambda: _read(database) == number)

        def look(expected: int) -> None:
            with database.write() as connection:
                connection.execute(sa.update(pages).values(next_check_at=datetime.now(UTC)))
            _wait(lambda: len(site.control("hooks")) >= expected and site.control("stats")["asked"] >= number)

        yield look
        database.close()
    finally:
        process.kill()
        process.wait()


def _peer(peer: type) -> Callable[..., Any]:
    @contextmanager
    def running(site: Site, number: int, folder: Path) -> Iterator[Callable[[int], None]]:
        program = peer(site.url, number, folder)
        try:
            program.round()
            yield lambda _expected: program.round()
        finally:
            program.close()

    return running


def _read(database: Database) -> int:
    with database.read() as connection:
        query = sa.select(sa.func.count()).where(pages.c.last_good_at.is_not(None))
        return int(connection.execute(query).scalar_one())


def _wait(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError("it took too long")
        time.sleep(0.5)
