"""Whose a host is: its lease in the database, ours for a crawl, or for one request that a redirect led to."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import ParamSpec, TypeVar

from config.errors import LeaseLost, StorageError, WgwatchError
from crawler.fetching.turns import LATER, PATIENCE, NotNow, Turns
from storage.engine import Database
from storage.watched import pace
from storage.work import leases
from storage.work.leases import HOST_TERM, Lease

HOST = "host:"
"""What names of leases and pauses of hosts begin with."""
POLL = 0.2
"""Seconds between two questions whether another process has let go of a host."""
GUEST_TERM = 2 * HOST_TERM
"""For one request, which is not renewed: longer than any is waited for."""
RENEWED_AFTER = HOST_TERM.total_seconds() / 6
GIVEN_UP_AFTER = HOST_TERM.total_seconds() / 2
"""Seconds after which a lease that could not be renewed is given up. Closing a crawl takes some more, and clocks
differ: the host is left alone well before another process can take it."""

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hosts:
    """The hosts that this process, the `owner`, asks. What is written goes through `writer`."""

    database: Database
    owner: str
    clock: Callable[[], datetime]
    turns: Turns
    writer: Executor

    @asynccontextmanager
    async def lease(self, host: str, patience: float = math.inf) -> AsyncIterator[Lease]:
        """The host is ours for the block; renewed while it lasts, let go at its end.

        Raises NotNow where another process has it for longer than `patience` (seconds), and LeaseLost where it was
        taken over, or could not be renewed for so long that it may be.
        """
        lease, since = await self._acquired(f"{HOST}{host}", patience)
        self.turns.enter(host)
        holder = asyncio.current_task()
        heartbeat = asyncio.create_task(self._keep(lease, holder, since))
        try:
            yield lease
        except asyncio.CancelledError:
            if heartbeat.done() and not heartbeat.cancelled() and heartbeat.exception():
                if holder is not None:
                    holder.uncancel()
                raise heartbeat.exception() from None  # type: ignore[misc]  # there is one, as was just asked
            raise
        finally:
            heartbeat.cancel()
            with suppress(asyncio.CancelledError, WgwatchError):
                await heartbeat
            async with self.turns.leaving(host):
                await self._written(self._release, lease)

    @asynccontextmanager
    async def guest(self, host: str) -> AsyncIterator[None]:
        """A host that a redirect led to is ours for one request; NotNow where another process is busy with it."""
        deadline = time.monotonic() + PATIENCE
        while (lease := await self._written(self._acquire, f"{HOST}{host}", GUEST_TERM)) is None:
            if time.monotonic() > deadline:
                raise NotNow("another process is at the host that it leads to", LATER)
            await asyncio.sleep(POLL)
        try:
            yield
        finally:
            await self._written(self._release, lease)

    async def _acquired(self, name: str, patience: float) -> tuple[Lease, float]:
        """The lease, and since when it is ours at the latest (on the clock of `time.monotonic`)."""
        deadline = time.monotonic() + patience
        while True:
            since = time.monotonic()
            lease = await self._written(self._acquire, name)
            if lease is not None:
                return lease, since
            if since > deadline:
                raise NotNow("another process is at this host", LATER)
            await asyncio.sleep(POLL)

    async def _keep(self, lease: Lease, holder: asyncio.Task[object] | None, since: float) -> None:
        """Renew it again and again; where that is no longer possible, end what the holder does."""
        try:
            while True:
                await asyncio.sleep(RENEWED_AFTER)
                since = await self._renewed(lease, since)
        except LeaseLost:
            if holder is not None:
                holder.cancel()
            raise

    async def _renewed(self, lease: Lease, since: float) -> float:
        """Renew it, if need be at the third try; answers since when it is ours anew.

        Not in the writer's thread: what may hold that up is what would lose us the lease.
        """
        while True:
            begun = time.monotonic()
            try:
                async with asyncio.timeout(since + GIVEN_UP_AFTER - begun):
                    await asyncio.to_thread(self._renew, lease)
            except TimeoutError:
                self.database.abandon()
                raise LeaseLost(f"{lease.name} could not be renewed: the database does not answer") from None
            except StorageError:
                await asyncio.sleep(1)
            else:
                return begun

    def _acquire(self, name: str, term: timedelta = HOST_TERM) -> Lease | None:
        with self.database.write() as connection:
            now = self.clock()
            lease = leases.acquire(connection, name, self.owner, now, term)
            if lease and (rest := pace.get(connection, [name]).get(name)):
                pause, until = rest
                self.turns.rest(name.removeprefix(HOST), pause, (until - now).total_seconds())
            return lease

    def _renew(self, lease: Lease) -> None:
        with self.database.write() as connection:
            leases.renew(connection, lease, self.clock())

    def _release(self, lease: Lease) -> None:
        """Let go of the host, with a note of how long nobody is to ask it."""
        pause, left = self.turns.pause_of(lease.name.removeprefix(HOST))
        with self.database.write() as connection:
            leases.release(connection, lease)
            if left > 0:
                pace.put(connection, lease.name, pause, self.clock() + timedelta(seconds=left))

    async def _written(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await in_thread(self.writer, function, *args, **kwargs)


async def in_thread(thread: Executor, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What a function answers that would hold up the event loop."""
    return await asyncio.get_running_loop().run_in_executor(thread, partial(function, *args, **kwargs))
