"""Processes that fall silent in the middle of a transaction, on PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from config.errors import StorageError
from storage import engine
from storage.engine import Database

HOLD = sa.text("LOCK TABLE pages")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_a_silent_transaction_holds_is_given_back(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "LONGEST_SILENCE", 300)
    database = Database(database_url)
    database.prepare()
    with pytest.raises(StorageError):
        be_silent(database, while_silent=lambda: lock_pages(database))
    database.close()


def be_silent(database: Database, while_silent: Callable[[], None]) -> None:
    """Hold the pages, say nothing for longer than is waited for, then go on."""
    with database.write() as connection:
        connection.execute(HOLD)
        time.sleep(0.5)
        while_silent()
        connection.execute(sa.text("SELECT 1"))


def lock_pages(database: Database) -> None:
    with database.write() as connection:
        connection.execute(HOLD)
