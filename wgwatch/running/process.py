"""What all processes have in common that live on: jobs that come again, a clean end, health, a sign of life."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from config.errors import LeaseLost, StorageError, WgwatchError
from storage.work import processes
from storage.work.processes import BEAT
from wgwatch.application import Application
from wgwatch.running.endpoints import Endpoints
from wgwatch.running.health import PATIENCE, Pulse
from wgwatch.running.metrics import Tally
from wgwatch.running.telling import GRACE
from wgwatch.web.server import listening

log = logging.getLogger("wgwatch")

ANSWER = 15.0
"""Seconds that the database may take for a sign of life; after that its connections are broken off and made anew."""

Job = Callable[[], Awaitable[None]]


class Outdated(WgwatchError):
    """A newer wgwatch made the database into what this one does not understand: this process has to end."""


class Process:
    """A process of some `kind` (the command that it runs). APScheduler is its clock and nothing more."""

    def __init__(self, application: Application, kind: str) -> None:
        self.application = application
        self.kind = kind
        self.pulse = Pulse()
        self.tally = Tally()
        self.stopping = asyncio.Event()
        self.failure: WgwatchError | None = None
        self._ticks: set[asyncio.Task[None]] = set()
        self._clock = AsyncIOScheduler(job_defaults={"coalesce": True, "misfire_grace_time": None})

    def heed_signals(self) -> None:
        """From now on SIGTERM and SIGINT set `stopping`: before anything is done that others see."""
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self.stopping.set)

    @asynccontextmanager
    async def alive(self) -> AsyncIterator[AsyncExitStack]:
        """The block is the process's life: it prepares its jobs and waits for `stopping`.

        What the block puts on the stack is closed last.
        """
        try:
            async with AsyncExitStack() as stack:
                await self._answer_health(stack)
                self.every("alive", BEAT.total_seconds(), self._beat, datetime.now(UTC))
                yield stack
        finally:
            if self._clock.running:
                self._clock.shutdown(wait=False)
            with suppress(StorageError), self.application.database.write() as connection:
                processes.leave(connection, self.application.owner)
        log.info("stopped")
        if self.failure:
            raise self.failure

    def every(self, name: str, seconds: float, job: Job, first: datetime | None = None) -> None:
        """Run a job again and again, from now on or from its first time; never beside itself."""
        self.pulse.expect(name, PATIENCE + seconds)
        when = {"next_run_time": first} if first else {}
        self._clock.add_job(self.guarded(name, job), "interval", seconds=seconds, max_instances=1, **when)

    def start(self) -> None:
        """Let the jobs run."""
        self._clock.start()

    def guarded(self, name: str, job: Job) -> Job:
        """A tick's trouble is logged and the next tick tries again; a lost lease ends it all."""

        async def tick() -> None:
            task = asyncio.current_task()
            assert task is not None
            self._ticks.add(task)
            try:
                with self.pulse.run(name):
                    await job()
            except (LeaseLost, Outdated) as error:
                self.failure = error
                self.stopping.set()
            except WgwatchError as error:
                log.error("%s", error, extra={"job": name})
            finally:
                self._ticks.discard(task)

        return tick

    async def wind_down(self, tasks: Iterable[asyncio.Task[None]]) -> None:
        """Begin nothing more; what is under way may end, for a while."""
        self.pulse.is_stopping = True
        if self._clock.running:
            self._clock.pause()
        # a tick that the scheduler had to cancel would end in a traceback
        if waited := {*tasks, *self._ticks}:
            await asyncio.wait(waited, timeout=GRACE)

    def doing(self) -> str:
        """What it does at the moment, in words for `status`."""
        return ""

    def endpoints(self) -> Endpoints:
        """What it answers about itself."""
        application = self.application
        return Endpoints(application.database, self.pulse, self.tally, application.clock)

    async def _answer_health(self, stack: AsyncExitStack) -> None:
        from wgwatch.web.app import health_app

        listen = self.application.settings.health_listen
        if listen:
            answers = listening(health_app(self.endpoints()), listen, "WGWATCH_HEALTH_LISTEN")
            where = await stack.enter_async_context(answers)
            log.info("health at %s/healthz and /readyz, metrics at /metrics", where)

    async def _beat(self) -> None:
        """Say that we live. A server that does not even take that is given up: its connections are made anew."""
        try:
            async with asyncio.timeout(ANSWER):
                await asyncio.to_thread(self._say_alive)
        except TimeoutError:
            self.abandon()
            raise StorageError(f"the database does not answer for {ANSWER:g} s") from None

    def abandon(self) -> None:
        """Break off all connections to the database."""
        self.application.database.abandon()

    def _say_alive(self) -> None:
        application = self.application
        with application.database.write() as connection:
            try:
                application.database.refuse_unreadable(connection)
            except StorageError as error:
                raise Outdated(str(error)) from error
            processes.beat(connection, application.owner, self.kind, self.doing(), application.clock())
