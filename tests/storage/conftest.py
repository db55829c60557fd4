"""Pages, sightings and owners for the rooms of the storage."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import blobs, pages, sightings
from storage.engine import Database
from storage.sightings import Sighting

NOON = datetime(2027, 9, 1, 12, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOON


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    """For what does not depend on the kind of database."""
    opened = Database(f"sqlite:///{tmp_path / 'wgwatch.db'}")
    opened.prepare()
    yield opened
    opened.close()


@pytest.fixture
def add_page(database: Database) -> Callable[..., int]:
    """A new page by its path; answers its id."""

    def add(path: str = "/group", **about: object) -> int:
        key = f"harbour.example{path}"
        with database.write() as connection:
            return pages.create(
                connection, key=key, url=f"https://{key}", host="harbour.example", now=NOON, **about
            )

    return add


@pytest.fixture
def see(database: Database) -> Callable[..., None]:
    """One look at a page, `hour` hours after noon, that showed `body`."""

    def see(page_id: int, hour: float, body: bytes, **about: object) -> None:
        with database.write() as connection:
            pages.lock(connection, page_id)
            said = {
                "seen_at": NOON + timedelta(hours=hour),
                "address": "https://harbour.example/group",
                "origin": "check",
                "outcome": "changed",
                "good": True,
                "status": 200,
                "blob_id": blobs.put(connection, body),
                **about,
            }
            sightings.add(connection, page_id, Sighting(**said))

    return see


@pytest.fixture
def ended_owner() -> str:
    """The name of a process of this machine that has come to its end."""
    code = "from storage.work.leases import new_owner; print(new_owner())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()
