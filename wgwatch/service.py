"""`wgwatch run`: look at what is due, plan, send, read the watchlist again when it changes; all in one process.

APScheduler is the clock and nothing more: what is due stands in the database, so that a restart forgets nothing.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from config.errors import ConfigError, LeaseLost, StorageError, WgwatchError
from crawler import pacing
from crawler.pipelines import Outcome
from crawler.rounds import Round
from notifier.dispatch import Report
from storage import leases, overview, pages
from storage.leases import Lease
from storage.overview import Undelivered
from storage.pages import Page
from wgwatch.alarm import Alarm
from wgwatch.application import Application
from wgwatch.applying import apply
from wgwatch.endpoints import Endpoints
from wgwatch.health import PATIENCE, Pulse
from wgwatch.heartbeat import Heartbeat, heartbeat
from wgwatch.metrics import Tally
from wgwatch.telling import GRACE, Telling
from wgwatch.web.server import keep_what_is_loaded, listening, refuse_strangers

log = logging.getLogger("wgwatch")

SERVICE = "service"
TERM = timedelta(seconds=60)
TICK = 1.0
"""Seconds between two questions to the database whether anything is due."""
LEASE_TICK = 15.0
WATCHLIST_TICK = 5.0
BEAT_TICK = 60.0
FIRST_BEAT = timedelta(seconds=3)
"""After the start, so that a restart is heard at once; the other jobs have run by then."""
SENDING_PATIENCE = 3600.0
"""Seconds that a round of sending may take: many messages to a target that hangs are sent one after the other."""
PACE_TICK = 86_400.0
"""Once a day, and at every start, the adaptive pages share the budget anew."""


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
        self._pulse = Pulse()
        self._tally = Tally()
        self._alarm = Alarm()
        self._telling: Telling | None = None

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
                telling = self._telling = Telling(self._application, dispatcher, self._told)
                beating = await stack.enter_async_context(heartbeat(self._application.settings))
                await self._answer(stack)
                self._schedule(scheduler, lease, self._application.round(), beating)
                scheduler.start()
                tellers = telling.begin(self._guarded)
                log.info("running; %s", self._next_words())
                await self._stopping.wait()
                self._pulse.is_stopping = True
                scheduler.pause()
                telling.stop()
                await self._wind_down(tellers)
        finally:
            if scheduler.running:
                scheduler.shutdown(wait=False)
            self._let_go(lease)
        log.info("stopped")
        if self._failure:
            raise self._failure

    async def _answer(self, stack: AsyncExitStack) -> None:
        """Answer over HTTP. Where the usual port is taken and nobody asked for it, the service goes without."""
        from wgwatch.web.app import health_app, web_app

        application, settings = self._application, self._application.settings
        endpoints = Endpoints(application.database, self._pulse, self._tally, application.clock)
        if settings.health_listen:
            listens = listening(health_app(endpoints), settings.health_listen, "WGWATCH_HEALTH_LISTEN")
            log.info(
                "health at %s/healthz and /readyz, metrics at /metrics",
                await stack.enter_async_context(listens),
            )
        try:
            if settings.web_address:
                listens = listening(web_app(application, endpoints), refuse_strangers(settings.web_address))
                log.info("web pages at %s", await stack.enter_async_context(listens))
                keep_what_is_loaded()
        except ConfigError as error:
            if "web_address" in settings.model_fields_set:
                raise
            log.warning("%s; set it to another port, or to off", error)

    def _schedule(
        self,
        scheduler: AsyncIOScheduler,
        lease: Lease,
        a_round: Round,
        beating: Heartbeat | None,
    ) -> None:
        jobs: tuple[tuple[str, Callable[[], Awaitable[None]], float], ...] = (
            ("look", lambda: self._look(a_round), TICK),
            ("hold", lambda: self._hold(lease), LEASE_TICK),
            ("reload", self._reload, WATCHLIST_TICK),
            ("rescale", self._rescale, PACE_TICK),
            ("beat", lambda: self._beat(beating), BEAT_TICK),
        )
        self._pulse.expect("plan")
        self._pulse.expect("send", SENDING_PATIENCE)
        for name, job, seconds in jobs:
            self._pulse.expect(name, PATIENCE + seconds)
            first = {"next_run_time": datetime.now(UTC) + FIRST_BEAT} if name == "beat" else {}
            tick = self._guarded(name, job)
            scheduler.add_job(tick, "interval", seconds=seconds, max_instances=1, **first)

    def _guarded(self, name: str, job: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        """A tick's trouble with the database is logged and the next tick tries again; a lost lease ends it all."""

        async def tick() -> None:
            task = asyncio.current_task()
            assert task is not None
            self._ticks.add(task)
            try:
                with self._pulse.run(name):
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
        began = time.monotonic()
        try:
            await a_round.look(group, self._note, only_due=True)
        except WgwatchError as error:
            log.error("%s: %s", host, error)
        finally:
            self._hosts.discard(host)
            self._tally.went_round(time.monotonic() - began)

    async def _note(self, outcome: Outcome) -> None:
        self._tally.looked(outcome)
        if outcome.changes and self._telling:
            self._telling.hurry()
        await _log_outcome(outcome)

    def _due(self) -> list[Page]:
        with self._application.database.read() as connection:
            return pages.due(connection, self._application.clock())

    def _told(self, report: Report) -> None:
        self._tally.told(report)
        for problem in report.problems:
            log.warning("not delivered: %s", problem)

    async def _hold(self, lease: Lease) -> None:
        def renew() -> None:
            with self._application.database.write() as connection:
                leases.renew(connection, lease, self._application.clock(), TERM)

        await asyncio.to_thread(renew)

    async def _rescale(self) -> None:
        def rescale() -> None:
            with self._application.database.write() as connection:
                pacing.rescale(connection, self._application.clock())

        await asyncio.to_thread(rescale)

    async def _beat(self, beating: Heartbeat | None) -> None:
        """Ring where messages do not get out; else, where all jobs go well, let the heartbeat be heard."""
        undelivered = await asyncio.to_thread(self._undelivered)
        self._alarm.hear(undelivered)
        if beating and not (undelivered or self._pulse.failing() or self._pulse.stuck()):
            await beating.beat()

    def _undelivered(self) -> list[Undelivered]:
        with self._application.database.read() as connection:
            return overview.undelivered(connection, self._application.clock())

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
        stamp, application = self._file_stamp(), self._application
        applied = apply(application.database, application.watchlist(), application.clock())
        self._stamp = stamp  # not before: what the database refused is brought in at the next tick
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

    async def _wind_down(self, tellers: Sequence[asyncio.Task[None]]) -> None:
        """No new looks; what is under way may end, for a while."""
        looks = list(self._looking.values())
        for task in looks:
            task.cancel()
        tasks = {
            *looks,
            *tellers,
            *self._ticks,
        }  # a tick that the scheduler had to cancel would end in a traceback
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
