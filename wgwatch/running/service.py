"""`wgwatch run`: look at what is due, plan, send, read the watchlist again when it changes; all in one process.

What is due stands in the database, so that a restart forgets nothing.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack, suppress
from datetime import timedelta

from config.errors import ConfigError, StorageError
from notifier.dispatch import Report
from storage import pages
from storage.work import leases
from storage.work.leases import Lease
from wgwatch.application import Application
from wgwatch.running.housekeeping import Housekeeping
from wgwatch.running.looking import Looking, due_hosts
from wgwatch.running.telling import Telling
from wgwatch.web.access.door import checked_address
from wgwatch.web.server import keep_what_is_loaded, listening

log = logging.getLogger("wgwatch")

SERVICE = "service"
TERM = timedelta(seconds=60)
TICK = 1.0
"""Seconds between two questions to the database whether anything is due."""
HOSTS_AT_ONCE = 500
LEASE_TICK = 15.0
SENDING_PATIENCE = 3600.0
"""Seconds that a round of sending may take: many messages to a target that hangs are sent one after the other."""


class Service(Housekeeping):
    """One running service. `run` returns when it was asked to stop, everything settled."""

    def __init__(self, application: Application) -> None:
        super().__init__(application, "run")
        self._looking = Looking(application, self.tally, self._found)
        self._telling: Telling | None = None

    async def run(self) -> None:
        """Until SIGTERM or SIGINT. Raises StorageError where another service holds the database."""
        self.heed_signals()
        lease = self._take_over()
        try:
            self.watchfile.bring_in()
            async with self.alive() as stack:
                dispatcher = await stack.enter_async_context(self.application.post.dispatcher())
                telling = self._telling = Telling(self.application, dispatcher, self._told)
                await self._answer(stack)
                await self.keep_house(stack)
                self._schedule(lease)
                self.start()
                tellers = telling.begin(self.guarded)
                log.info("running; %s", self._next_words())
                await self.stopping.wait()
                telling.stop()
                await self.wind_down([*self._looking.stop(), *tellers])
        finally:
            self._let_go(lease)

    def doing(self) -> str:
        return f"looks at {self._looking.hosts} hosts"

    async def _answer(self, stack: AsyncExitStack) -> None:
        """Answer over HTTP. Where the usual port is taken and nobody asked for it, the service goes without."""
        from wgwatch.web.app import web_app

        application, settings = self.application, self.application.settings
        try:
            if settings.web_address:
                listens = listening(web_app(application, self.endpoints()), checked_address(application))
                log.info("web pages at %s", await stack.enter_async_context(listens))
                keep_what_is_loaded()
        except ConfigError as error:
            if "web_address" in settings.model_fields_set:
                raise
            log.warning("%s; set it to another port, or to off", error)

    def _schedule(self, lease: Lease) -> None:
        self.every("look", TICK, self._look)
        self.every("hold", LEASE_TICK, lambda: self._hold(lease))
        self.pulse.expect("plan")
        self.pulse.expect("send", SENDING_PATIENCE)

    async def _look(self) -> None:
        """Begin what is due, a task a host; a host that is being looked at has its turn again afterwards."""
        for host in await asyncio.to_thread(due_hosts, self.application):
            if self._looking.hosts >= HOSTS_AT_ONCE:
                return
            self._looking.begin(host)

    def _told(self, report: Report) -> None:
        self.tally.told(report)

    async def _hold(self, lease: Lease) -> None:
        def renew() -> None:
            with self.application.database.write() as connection:
                leases.renew(connection, lease, self.application.clock(), TERM)

        await asyncio.to_thread(renew)

    def _found(self) -> None:
        if self._telling:
            self._telling.hurry()

    def _take_over(self) -> Lease:
        application = self.application
        with application.database.write() as connection:
            now = application.clock()
            lease = leases.acquire(connection, SERVICE, application.owner, now, TERM)
            if lease is not None:
                return lease
            owner = leases.holder(connection, SERVICE, now) or "?/?/?/?"
        machine, pid, *_ = owner.split("/")
        raise StorageError(
            f"a wgwatch service already runs on {application.database.name} (process {pid} on {machine}): "
            "stop it first; check, import, reparse and dispatch may be used beside it"
        )

    def _let_go(self, lease: Lease) -> None:
        with suppress(StorageError), self.application.database.write() as connection:
            leases.release(connection, lease)

    def _next_words(self) -> str:
        with self.application.database.read() as connection:
            following = pages.next_due(connection)
        return f"next look {following:%Y-%m-%d %H:%M:%S} UTC" if following else "no page is watched"
