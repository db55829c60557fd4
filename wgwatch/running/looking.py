"""What is due at a host, looked at: the same for the one service and for each of many workers."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from config.errors import WgwatchError
from crawler.fetching.hosts import HOST
from crawler.pipelines import Outcome
from crawler.rounds import Round
from storage import pages
from storage.pages import Page
from storage.work import leases
from wgwatch.application import Application
from wgwatch.logs import log_outcome
from wgwatch.running.metrics import Tally

log = logging.getLogger("wgwatch")

BATCH = 100
"""Pages of a host that are looked at in one go: then those that became due meanwhile have their turn, too."""


def due_hosts(application: Application) -> list[str]:
    """The hosts with pages whose time has come and that nobody is at, the longest waiting first."""
    now = application.clock()
    with application.database.read() as connection:
        held = leases.held(connection, now)
        return [host for host in pages.due_hosts(connection, now) if f"{HOST}{host}" not in held]


@dataclass(slots=True)
class Looking:
    """The hosts that this process is at. `found` is called when changes were."""

    application: Application
    tally: Tally
    found: Callable[[], None]
    _round: Round = field(init=False)
    _hosts: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._round = self.application.round()

    @property
    def hosts(self) -> int:
        """How many hosts it is at."""
        return len(self._hosts)

    def begin(self, host: str) -> asyncio.Task[None]:
        """Look at what is due at a host; where that is under way already, it is the same task."""
        if host not in self._hosts:
            task = self._hosts[host] = asyncio.create_task(self._look_at(host))
            task.add_done_callback(lambda _: self._hosts.pop(host, None))
        return self._hosts[host]

    def stop(self) -> list[asyncio.Task[None]]:
        """End all looks; what was not committed is due as before. Answers the tasks that are to be waited for."""
        tasks = list(self._hosts.values())
        for task in tasks:
            task.cancel()
        return tasks

    async def _look_at(self, host: str) -> None:
        """Never fails for a page, a host or the database: what is due stays due, and is tried again by its time."""
        began = time.monotonic()
        try:
            if due := await asyncio.to_thread(self._due_at, host):
                await self._round.look(due, self._note, only_due=True)
        except WgwatchError as error:
            log.error("%s: %s", host, error, extra={"host": host})
        except Exception:  # a defect that one host brings out must not end the looks at all others
            log.exception("%s", host, extra={"host": host})
        finally:
            self.tally.went_round(time.monotonic() - began)

    def _due_at(self, host: str) -> list[Page]:
        with self.application.database.read() as connection:
            return pages.due_at(connection, host, self.application.clock(), BATCH)

    async def _note(self, outcome: Outcome) -> None:
        self.tally.looked(outcome)
        if outcome.changes:
            self.found()
        await log_outcome(outcome)
