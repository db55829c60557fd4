"""`wgwatch schedule`: puts what is due into the queue, a job a host, and takes up again what dead workers left.

It holds nothing in memory that matters: several may run side by side, and any may end at any moment.
"""

from __future__ import annotations

import asyncio
import logging

from storage.work.queue import Queue
from wgwatch.application import Application
from wgwatch.running.housekeeping import Housekeeping
from wgwatch.running.looking import due_hosts

log = logging.getLogger("wgwatch")

TICK = 1.0
"""Seconds between two questions to the database which hosts have pages that are due."""
STALLED_TICK = 2.0
MOST = 5_000
"""Hosts that are put into the queue in one go: workers need an hour for them."""


class Scheduler(Housekeeping):
    """One of the schedulers. `run` returns when it was asked to stop."""

    def __init__(self, application: Application) -> None:
        super().__init__(application, "schedule")
        self._queue = Queue(application.database)

    async def run(self) -> None:
        """Until SIGTERM or SIGINT."""
        self.heed_signals()
        self.watchfile.bring_in()
        async with self.alive() as stack:
            await stack.enter_async_context(self._queue)
            await self.keep_house(stack)
            self.every("put", TICK, self._put)
            self.every("take up", STALLED_TICK, self._take_up)
            self.start()
            log.info("scheduling")
            await self.stopping.wait()
            await self.wind_down([])

    def abandon(self) -> None:
        super().abandon()
        self._queue.abandon()

    async def _put(self) -> None:
        if hosts := await asyncio.to_thread(due_hosts, self.application):
            await self._queue.put_hosts(hosts[:MOST])

    async def _take_up(self) -> None:
        if number := await self._queue.take_up_stalled():
            log.warning("%d jobs of workers that are gone are free again", number)
