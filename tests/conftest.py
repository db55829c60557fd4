"""What all tests share: both databases, and a small world of a site, a mailbox and a webhook receiver."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import postgres
import psycopg
import pytest
from world import World

from storage.engine import Database

CASES = Path(__file__).parents[2] / "shared" / "cases"


LONGEST = (
    "test_cluster.py",
    "test_kills.py",
    "test_service.py",
    "test_look.py",
    "test_api.py",
    "test_copying.py",
)
"""Files whose few tests take long: begun first, so that at the end nobody waits for them alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that take long first, then what runs whole programs, then the rest."""
    items.sort(key=lambda item: (item.path.name not in LONGEST, item.path.parent.name != "whole"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """How to connect to a PostgreSQL: TEST_DATABASE_URL, or one of our own for this session."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    try:
        running = postgres.server()
        with running as folder:
            yield f"postgresql://postgres@/postgres?host={folder}"
    except postgres.Missing as missing:
        pytest.skip(str(missing))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'wgwatch.db'}"
        return
    yield emptied(request.getfixturevalue("postgres_database"))


@pytest.fixture(scope="session")
def postgres_database(postgres_server: str) -> Iterator[str]:
    """One database for the session: to make and drop one for each test waits for the disk."""
    name = f"t{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield postgres_server.replace("/postgres?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def emptied(url: str) -> str:
    """The database without anything of the test before, its last connections ended."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        queues = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'wgwatch%'"
        ).fetchall()
        for (schema,) in [("public",), *queues]:
            connection.execute(f"DROP SCHEMA {schema} CASCADE")
        connection.execute("CREATE SCHEMA public")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database with the present schema."""
    opened = Database(database_url.replace("postgresql://", "postgresql+psycopg://"))
    opened.prepare()
    yield opened
    opened.close()


@pytest.fixture
def world(tmp_path: Path, database_url: str) -> Iterator[World]:
    """A site to watch, a mail server and a webhook receiver, and the command line in a folder of its own."""
    with World(tmp_path, database_url) as made:
        yield made


@pytest.fixture
def sqlite_world(tmp_path: Path) -> Iterator[World]:
    """The same on SQLite alone, for what does not depend on the database."""
    with World(tmp_path, f"sqlite:///{tmp_path / 'wgwatch.db'}") as made:
        yield made


@pytest.fixture
def cases() -> Path:
    """Labelled pages of real groups, which stand beside the checkout and not in it."""
    if not CASES.is_dir():
        pytest.skip(f"there are no labelled pages at {CASES}")
    return CASES
