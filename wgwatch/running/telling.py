"""Planning and sending for as long as a process lives, beside each other: a target that hangs delays no planning."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from notifier.dispatch import Dispatcher, Report
from notifier.planner import plan
from wgwatch.application import Application

log = logging.getLogger("wgwatch")

TICK = 1.0
"""Seconds between two questions to the database whether anything is open, or due."""
GRACE = 8.0
"""Seconds that what is under way may take to end once the process is asked to stop."""

Job = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Telling:
    """Two jobs that run again and again, `plan` and `send`. `on_report` hears what each round of sending came to."""

    application: Application
    dispatcher: Dispatcher
    on_report: Callable[[Report], None]
    _found: asyncio.Event = field(default_factory=asyncio.Event)
    _planned: asyncio.Event = field(default_factory=asyncio.Event)
    _is_stopping: bool = False

    def begin(self, guarded: Callable[[str, Job], Job]) -> list[asyncio.Task[None]]:
        """Start both jobs, each as `guarded` makes it of its name and itself; they end after `stop`."""
        jobs = (("plan", self.plan, self._found), ("send", self.send, self._planned))
        return [asyncio.create_task(self._repeat(guarded(name, job), hurry)) for name, job, hurry in jobs]

    def hurry(self) -> None:
        """Changes were found: plan them now."""
        self._found.set()

    def stop(self) -> None:
        """Begin nothing more; what is being sent comes to its end."""
        self._is_stopping = True
        self.dispatcher.stop()
        self._found.set()
        self._planned.set()

    async def plan(self) -> None:
        """Plan what is open."""
        application = self.application
        if await asyncio.to_thread(plan, application.database, application.rules(), application.clock()):
            self._planned.set()

    async def send(self) -> None:
        """Send what is due."""
        self.on_report(await self.dispatcher.send_due())

    async def _repeat(self, job: Job, hurry: asyncio.Event) -> None:
        while not self._is_stopping:
            hurry.clear()
            try:
                await job()
            except Exception:  # a defect in one round must not end the telling of all that follows
                log.exception("telling")
            with suppress(TimeoutError):
                await asyncio.wait_for(hurry.wait(), TICK)
