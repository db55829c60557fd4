"""`wgwatch run`: look at what is due, plan, send, read the watchlist again when it changes; all in one process.

APScheduler is the clock and nothing more: what is due stands in the database, so that a restart forgets nothing.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from config.errors import ConfigError, LeaseLost, StorageError, WgwatchError
from crawler.pipelines import Outcome
from crawler.rounds import Round
from notifier.dispatch import Dispatcher
from notifier.planner import plan
from storage import leases, pages
from storage.leases import Lease
from storage.pages import Page
from wgwatch.application import Application
from wgwatch.applying import apply

log = logging.getLogger("wgwatch")

SERVICE = "service"
TERM = timedelta(seconds=60)
TICK = 1.0
"""Seconds between two questions to the database whether anything is due."""
LEASE_TICK = 15.0
WATCHLIST_TICK = 5.0
GRACE = 8.0
"""Seconds that what is under way may take to end once the service is asked to stop."""


class Service:
    """One running service. `run` returns when it was asked to stop, everything settled."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._stopping = asyncio.Event()
        self._looking: dict[int, asyncio.Task[None]] = {}
        self._ticks: set[asyncio.Task[None]] = set()
        self._hosts: set[str] = set()
        self._stamp: tuple[int, int] | None = None
        self._failure: WgwatchError | None = None

    async def run(self) -> None:
        """Until SIGTERM or SIGINT. Raises StorageError where another service holds the database."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        lease = self._take_over()
        scheduler = AsyncIOScheduler(job_defaults={"coalesce": True, "misfire_grace_time": None})
        try:
            self._bring_in()
            async with AsyncExitStack() as stack:
                dispatcher = await stack.enter_async_context(self._application.dispatcher())
                self._schedule(scheduler, lease, self._application.round(), dispatcher)
                scheduler.start()
                log.info("running; %s", self._next_words())
                await self._stopping.wait()
                scheduler.pause()
                await self._wind_down()
        finally:
            if scheduler.running:
                scheduler.shutdown(wait=False)
            self._let_go(lease)
        log.info("stopped")
        if self._failure:
            raise self._failure

    def _schedule(
        self, scheduler: AsyncIOScheduler, lease: Lease, a_round: Round, dispatcher: Dispatcher
    ) -> None:
        jobs: tuple[tuple[Callable[[], Awaitable[None]], float], ...] = (
            (lambda: self._look(a_round), TICK),
            (lambda: self._tell(dispatcher), TICK),
            (lambda: self._hold(lease), LEASE_TICK),
            (self._reload, WATCHLIST_TICK),
        )
        for job, seconds in jobs:
            scheduler.add_job(self._guarded(job), "interval", seconds=seconds, max_instances=1)

    def _guarded(self, job: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        """A tick's trouble with the database is logged and the next tick tries again; a lost lease ends it all."""

        async def tick() -> None:
            task = asyncio.current_task()
            assert task is not None
            self._ticks.add(task)
            try:
                await job()
            except LeaseLost as error:
                self._failure = error
                self._stopping.set()
            except WgwatchError as error:
                log.error("%s", error)
            finally:
                self._ticks.discard(task)

        return tick

    async def _look(self, a_round: Round) -> None:
        """Begin what is due, a task a host; a host that is being looked at takes up its new pages by itself."""
        due = await asyncio.to_thread(self._due)
        by_host: dict[str, list[Page]] = {}
        for page in due:
            if page.host not in self._hosts:
                by_host.setdefault(page.host, []).append(page)
        for host, group in by_host.items():
            self._hosts.add(host)
            task = asyncio.create_task(self._look_at(a_round, host, group))
            self._looking[id(task)] = task
            task.add_done_callback(lambda done: self._looking.pop(id(done), None))

    async def _look_at(self, a_round: Round, host: str, group: list[Page]) -> None:
        try:
            await a_round.look(group, _log_outcome, only_due=True)
        except WgwatchError as error:
            log.error("%s: %s", host, error)
        finally:
            self._hosts.discard(host)

    def _due(self) -> list[Page]:
        with self._application.database.read() as connection:
            return pages.due(connection, self._application.clock())

    async def _tell(self, dispatcher: Dispatcher) -> None:
        application = self._application
        await asyncio.to_thread(plan, application.database, application.rules(), application.clock())
        report = await dispatcher.send_due()
        for problem in report.problems:
            log.warning("not delivered: %s", problem)

    async def _hold(self, lease: Lease) -> None:
        def renew() -> None:
            with self._application.database.write() as connection:
                leases.renew(connection, lease, self._application.clock(), TERM)

        await asyncio.to_thread(renew)

    async def _reload(self) -> None:
        """A watchlist that was edited is brought in; a bad edit is reported and the last good one stays."""
        try:
            stamp = await asyncio.to_thread(self._file_stamp)
            if stamp != self._stamp:
                self._bring_in()
        except ConfigError as error:
            self._stamp = stamp
            log.error("the watchlist stays as it was: %s", error)

    def _bring_in(self) -> None:
        self._stamp = self._file_stamp()
        application = self._application
        applied = apply(application.database, application.watchlist(), application.clock())
        log.info("watching %d pages for %d subscriptions", applied.pages, applied.subscriptions)

    def _file_stamp(self) -> tuple[int, int] | None:
        with suppress(OSError):
            status = self._application.settings.watchlist.stat()
            return status.st_mtime_ns, status.st_size
        return None

    def _take_over(self) -> Lease:
        application = self._application
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
        with suppress(StorageError), self._application.database.write() as connection:
            leases.release(connection, lease)

    async def _wind_down(self) -> None:
        """No new looks; what is under way may end, for a while."""
        looks = list(self._looking.values())
        for task in looks:
            task.cancel()
        tasks = {*looks, *self._ticks}  # a tick that the scheduler had to cancel would end in a traceback
        if tasks:
            await asyncio.wait(tasks, timeout=GRACE)

    def _next_words(self) -> str:
        with self._application.database.read() as connection:
            following = pages.next_due(connection)
        return f"next look {following:%Y-%m-%d %H:%M:%S} UTC" if following else "no page is watched"


async def _log_outcome(outcome: Outcome) -> None:
    said = "; ".join(outcome.reasons) or f"{len(outcome.changes)} changes" if outcome.changes else ""
    said = "; ".join(outcome.reasons) or said
    log.info("%s %s%s", outcome.outcome, outcome.url, f" ({said})" if said else "")
