"""`wgwatch work`: looks at the hosts that the queue names, and does what else is in it.

The queue only says where there may be work. What is due, and whose a host is, the database says when it is begun.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from config.errors import StorageError, WgwatchError
from storage.work.queue import CHORES, HOSTS, LOOK, Queue
from wgwatch.application import Application
from wgwatch.running.chores import Chores
from wgwatch.running.looking import Looking
from wgwatch.running.process import Process
from wgwatch.running.watchfile import TICK as WATCHLIST_TICK
from wgwatch.running.watchfile import Watchfile

log = logging.getLogger("wgwatch")

PAUSE = 1.0
"""Seconds after which a worker begins anew whose database failed."""


class Worker(Process):
    """One of the workers; at so many hosts at once. `run` returns when it was asked to stop."""

    def __init__(self, application: Application, hosts_at_once: int) -> None:
        super().__init__(application, "work")
        self._at_once = hosts_at_once
        self._looking = Looking(application, self.tally, lambda: None)  # dispatchers ask the database
        self._queue = Queue(application.database)
        self._watchfile = Watchfile(application, applies=False)

    async def run(self) -> None:
        """Until SIGTERM or SIGINT."""
        self.heed_signals()
        if self.application.settings.watchlist.exists():
            self._watchfile.bring_in()
        async with self.alive() as stack:
            await stack.enter_async_context(self._queue)
            self._queue.learn(LOOK, self._look)
            for name, job in Chores(self.application).jobs().items():
                self._queue.learn(name, _told(name, job))
            self.every("reload", WATCHLIST_TICK, self._reload)
            self.start()
            workers = [
                asyncio.create_task(self._work(queue, at_once))
                for queue, at_once in ((HOSTS, self._at_once), (CHORES, 1))
            ]
            log.info("working, at %d hosts at once", self._at_once)
            await self.stopping.wait()
            self._queue.stop()
            await self.wind_down([*self._looking.stop(), *workers])

    def doing(self) -> str:
        return f"looks at {self._looking.hosts} hosts"

    def abandon(self) -> None:
        super().abandon()
        self._queue.abandon()

    async def _work(self, queue: str, at_once: int) -> None:
        while not self.stopping.is_set():
            try:
                await self._queue.work(queue, at_once)
            except StorageError as error:
                log.error("%s", error)
                await asyncio.sleep(PAUSE)

    async def _look(self, host: str) -> None:
        """The job of a host. Where the queue gives it up, the look goes on: the host's lease decides about it."""
        await asyncio.wait({self._looking.begin(host)})

    async def _reload(self) -> None:
        self._watchfile.follow()


def _told(name: str, job: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """A chore whose failure is logged; the queue keeps it as failed."""

    async def run(**arguments: Any) -> None:
        try:
            await job(**arguments)
        except WgwatchError as error:
            log.error("%s: %s", name, error)
            raise
        except Exception:
            log.exception("%s", name)
            raise

    return run
