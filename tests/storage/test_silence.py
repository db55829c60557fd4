"""Processes that fall silent in the middle of a transaction, on PostgreSQL."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa

from config.errors import StorageError
from storage import engine
from storage.engine import Database


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_a_silent_transaction_holds_is_given_back(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "LONGEST_SILENCE", 300)
    database = Database(database_url)
    database.prepare()
    hold = sa.text("LOCK TABLE pages")
    with pytest.raises(StorageError), database.write() as silent:
        silent.execute(hold)
        time.sleep(0.5)
        with database.write() as other:
            other.execute(hold)
        silent.execute(sa.text("SELECT 1"))
    database.close()
