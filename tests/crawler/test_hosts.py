"""The lease of a host: given up well before another process may have it, where the database does not answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import postgres
import pytest
from cluster import Proxy, free_port

from config.errors import LeaseLost, StorageError
from config.networks import Networks
from crawler.engine import CrawlOptions
from crawler.fetching import hosts
from crawler.fetching.hosts import GIVEN_UP_AFTER, Hosts
from crawler.fetching.turns import NotNow, Turns
from storage.engine import Database
from storage.work import leases
from storage.work.leases import HOST_TERM, new_owner

HOST = "harbour.example"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    found = free_port()
    try:
        with postgres.Server(found):
            yield found
    except postgres.Missing as missing:
        pytest.skip(str(missing))


@contextmanager
def hosts_at(url: str) -> Iterator[Hosts]:
    database = Database(url)
    database.prepare()
    with ThreadPoolExecutor(1) as writer:
        yield Hosts(database, new_owner(), lambda: datetime.now(UTC), Turns(), writer)
    database.close()


async def hold(mine: Hosts, host: str) -> float:
    """Be at the host until that is ended; answers when."""
    with suppress(LeaseLost, StorageError):
        async with mine.lease(host):
            try:
                await asyncio.sleep(60)
            finally:
                ended = time.monotonic()
    return ended


def test_a_host_is_left_alone_well_before_another_process_may_take_it() -> None:
    closing = CrawlOptions(user_agent="", delay=0, networks=Networks()).grace
    assert GIVEN_UP_AFTER + closing <= HOST_TERM.total_seconds() - 10


@pytest.mark.parametrize("how", ["silent", "refused"])
def test_work_at_a_host_ends_when_its_lease_cannot_be_renewed(
    port: int, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(hosts, "RENEWED_AFTER", 0.2)
    monkeypatch.setattr(hosts, "GIVEN_UP_AFTER", 2.0)
    with (
        Proxy(port) as proxy,
        hosts_at(f"postgresql+psycopg://postgres@127.0.0.1:{proxy.port}/postgres") as mine,
    ):

        async def lose() -> float:
            task = asyncio.create_task(hold(mine, f"{how}.example"))
            await asyncio.sleep(1)
            proxy.silence()
            if how == "refused":
                proxy.cut()
            began = time.monotonic()
            ended = await task - began
            proxy.speak()
            return ended

        assert asyncio.run(lose()) < 4


def test_a_host_that_another_process_keeps_is_waited_for_as_long_as_asked(tmp_path: Path) -> None:
    with hosts_at(f"sqlite:///{tmp_path / 'wgwatch.db'}") as mine:
        with mine.database.write() as connection:
            leases.acquire(connection, f"host:{HOST}", "elsewhere/1/1/x", datetime.now(UTC))

        async def ask() -> None:
            async with mine.lease(HOST, 0.3):
                raise AssertionError("it was another's")

        with pytest.raises(NotNow):
            asyncio.run(ask())
