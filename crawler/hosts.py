"""Whose a host is: its lease in the database, ours for a crawl, or for one request that a redirect led to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import ParamSpec, TypeVar

from config.errors import LeaseLost, WgwatchError
from crawler.turns import LATER, PATIENCE, NotNow, Turns
from storage import leases, pace
from storage.engine import Database
from storage.leases import HOST_TERM, Lease

HOST = "host:"
"""What names of leases and pauses of hosts begin with."""
POLL = 0.2
"""Seconds between two questions whether another process has let go of a host."""

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
    async def lease(self, host: str) -> AsyncIterator[Lease]:
        """The host is ours for the block; renewed while it lasts, let go at its end."""
        lease = await self._acquired(f"{HOST}{host}")
        self.turns.enter(host)
        holder = asyncio.current_task()
        heartbeat = asyncio.create_task(self._keep(lease, holder))
        try:
            yield lease
        except asyncio.CancelledError:
            if heartbeat.done() and not heartbeat.cancelled() and heartbeat.exception():
                if holder is not None:
                    holder.uncancel()
                raise LeaseLost(f"{lease.name} was taken over by another process") from None
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
        while (lease := await self._written(self._acquire, f"{HOST}{host}")) is None:
            if time.monotonic() > deadline:
                raise NotNow("another process is at the host that it leads to", LATER)
            await asyncio.sleep(POLL)
        try:
            yield
        finally:
            await self._written(self._release, lease)

    async def _acquired(self, name: str) -> Lease:
        while True:
            lease = await self._written(self._acquire, name)
            if lease is not None:
                return lease
            await asyncio.sleep(POLL)

    async def _keep(self, lease: Lease, holder: asyncio.Task[object] | None) -> None:
        while True:
            await asyncio.sleep(HOST_TERM.total_seconds() / 4)
            try:
                await self._written(self._renew, lease)
            except LeaseLost:
                if holder is not None:
                    holder.cancel()
                raise

    def _acquire(self, name: str) -> Lease | None:
        with self.database.write() as connection:
            now = self.clock()
            lease = leases.acquire(connection, name, self.owner, now)
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
