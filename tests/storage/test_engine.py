"""Reading and writing: one transaction or nothing, whatever fails; times; messages that name the database."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import StatementError

from config.errors import StorageError
from storage import blobs, pages, sightings
from storage.engine import Database
from storage.models import addresses
from storage.sightings import Sighting


def count(database: Database) -> int:
    with database.read() as connection:
        return len(pages.all_pages(connection))


def test_what_raises_inside_a_write_leaves_nothing(
    database: Database, add_page: Callable[..., int], now: datetime
) -> None:
    add_page("/first")

    def write_and_fail() -> None:
        with database.write() as connection:
            pages.create(connection, key="a.example/b", url="https://a.example/b", host="a.example", now=now)
            raise KeyError("half way")

    with pytest.raises(KeyError):
        write_and_fail()
    assert count(database) == 1
    add_page("/second")
    assert count(database) == 2


def test_what_the_database_refuses_is_told_in_one_line_and_leaves_nothing(
    database: Database, add_page: Callable[..., int]
) -> None:
    add_page("/group", name="Harbour")
    with pytest.raises(StorageError) as caught:
        add_page("/group", name="a secret of the page")
    said = str(caught.value)
    assert said.startswith(f"the database {database.name} cannot be written: ")
    assert "secret" not in said
    assert "\n" not in said
    assert count(database) == 1


def test_a_read_writes_nothing(database: Database, add_page: Callable[..., int], now: datetime) -> None:
    page_id = add_page()
    with database.read() as connection:
        pages.update(connection, page_id, last_check_at=now)
    with database.read() as connection:
        assert pages.get(connection, page_id).last_check_at is None


def test_a_read_shows_one_moment_from_its_beginning_to_its_end(
    database: Database, add_page: Callable[..., int]
) -> None:
    add_page("/first")
    with database.read() as connection:
        assert len(pages.all_pages(connection)) == 1
        add_page("/second")
        assert len(pages.all_pages(connection)) == 1


def test_writers_side_by_side_lose_nothing(
    database: Database, add_page: Callable[..., int], now: datetime
) -> None:
    page_id = add_page()

    def add(writer: int) -> None:
        for number in range(10):
            with database.write() as connection:
                pages.lock(connection, page_id)
                sighting = Sighting(
                    seen_at=now + timedelta(minutes=number),
                    address=f"https://harbour.example/{writer}",
                    origin="check",
                    outcome="failed",
                    good=False,
                    status=503,
                )
                sightings.add(connection, page_id, sighting)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(4)))
    with database.read() as connection:
        rows = list(sightings.of_page(connection, page_id))
        page = pages.get(connection, page_id)
    assert page.arrivals == 40
    assert [row.number for row in rows] == list(range(1, 41))
    assert len({row.chain for row in rows}) == 40


def test_two_writers_may_store_the_same_bytes_at_the_same_moment(database: Database) -> None:
    stored = threading.Event()

    def first() -> int:
        with database.write() as connection:
            blob_id = blobs.put(connection, b"the same error page")
            stored.set()
            threading.Event().wait(0.3)  # not committed yet while the other begins
            return blob_id

    def second() -> int:
        stored.wait(5)
        with database.write() as connection:
            return blobs.put(connection, b"the same error page")

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.submit(first), pool.submit(second)
    assert one.result() == other.result()


def test_a_time_without_a_zone_is_refused(database: Database, add_page: Callable[..., int]) -> None:
    page_id = add_page()
    with pytest.raises(StatementError, match="a time without a zone"), database.write() as connection:
        pages.update(connection, page_id, last_check_at=datetime(2027, 9, 1, 12))


def test_times_come_back_aware_and_in_utc(database: Database, add_page: Callable[..., int]) -> None:
    page_id = add_page()
    singapore = timezone(timedelta(hours=8))
    with database.write() as connection:
        pages.update(connection, page_id, last_check_at=datetime(2027, 9, 1, 7, 30, 0, 250, singapore))
    with database.read() as connection:
        if not database.is_sqlite:
            connection.execute(sa.text("SET TIME ZONE 'America/Lima'"))
        seen = pages.get(connection, page_id).last_check_at
    assert seen == datetime(2027, 8, 31, 23, 30, 0, 250, UTC)
    assert seen.tzinfo is UTC


def test_a_page_cannot_be_pointed_at_that_is_not_there(database: Database, now: datetime) -> None:
    row = {"key": "a.example", "page_id": 4711, "url": "https://a.example", "added_at": now}
    with pytest.raises(StorageError), database.write() as connection:
        connection.execute(sa.insert(addresses).values(row))


@pytest.fixture
def read_only(tmp_path: Path) -> Database:
    """A database in a file that may be read and not written."""
    path = tmp_path / "wgwatch.db"
    made = Database(f"sqlite:///{path}")
    made.prepare()
    made.close()
    return Database(f"sqlite:///file:{path}?mode=ro&uri=true")


def test_a_read_only_file_is_read_and_a_write_names_it(read_only: Database, tmp_path: Path) -> None:
    before = hashlib.sha256((tmp_path / "wgwatch.db").read_bytes()).digest()
    read_only.prepare()
    assert count(read_only) == 0
    refused = "cannot be written: attempt to write a readonly database"
    with pytest.raises(StorageError, match=refused) as caught, read_only.write() as connection:
        blobs.put(connection, b"a page")
    assert str(tmp_path / "wgwatch.db") in str(caught.value)
    read_only.close()
    assert hashlib.sha256((tmp_path / "wgwatch.db").read_bytes()).digest() == before


def test_a_file_that_is_named_as_an_address_is_known_to_be_there(read_only: Database, tmp_path: Path) -> None:
    assert read_only.exists()
    assert not Database(f"sqlite:///file:{tmp_path / 'other.db'}?mode=ro&uri=true").exists()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("this was never a database, only notes about one\n" * 40)
    with pytest.raises(StorageError, match=r"notes\.db cannot be read: file is not a database"):
        Database(f"sqlite:///{path}").prepare()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"nowhere/wgwatch\.db cannot be read: unable to open"):
        Database(f"sqlite:///{tmp_path / 'nowhere' / 'wgwatch.db'}").prepare()


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    database = Database("postgresql+psycopg://desk:hush@127.0.0.1:1/wgwatch")
    with pytest.raises(StorageError, match=r"127\.0\.0\.1:1/wgwatch cannot be read") as caught:
        database.prepare()
    assert "hush" not in str(caught.value)
    assert "hush" not in database.name


@pytest.mark.parametrize("url", ["nonsense", "mysql://desk:hush@db.example/wgwatch", "sqlitte:///a.db", ""])
def test_an_address_that_is_no_database_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(StorageError, match="WGWATCH_DATABASE_URL is not usable") as caught:
        Database(url)
    assert "hush" not in str(caught.value)
