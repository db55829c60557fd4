"""What one process does for all: the watchlist brought in, the pace found anew, the alarm, the outside heartbeat."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

from crawler.timing import pacing
from storage.asking import overview
from storage.asking.overview import Undelivered
from wgwatch.application import Application
from wgwatch.running.alarm import Alarm
from wgwatch.running.heartbeat import Heartbeat, heartbeat
from wgwatch.running.process import Process
from wgwatch.running.watchfile import TICK as WATCHLIST_TICK
from wgwatch.running.watchfile import Watchfile

BEAT_TICK = 60.0
FIRST_BEAT = timedelta(seconds=3)
"""After the start, so that a restart is heard at once; the other jobs have run by then."""
PACE_TICK = 86_400.0
"""Once a day, and at every start, the adaptive pages share the budget anew."""


class Housekeeping(Process):
    """A process that keeps house beside its own jobs."""

    def __init__(self, application: Application, kind: str) -> None:
        super().__init__(application, kind)
        self.watchfile = Watchfile(application, applies=True)
        self._alarm = Alarm()

    async def keep_house(self, stack: AsyncExitStack) -> None:
        """Prepare these jobs."""
        beating = await stack.enter_async_context(heartbeat(self.application.settings))
        self.every("reload", WATCHLIST_TICK, self._reload)
        self.every("rescale", PACE_TICK, self._rescale)
        self.every("beat", BEAT_TICK, lambda: self._beat_outside(beating), datetime.now(UTC) + FIRST_BEAT)

    async def _reload(self) -> None:
        self.watchfile.follow()

    async def _rescale(self) -> None:
        def rescale() -> None:
            with self.application.database.write() as connection:
                pacing.rescale(connection, self.application.clock())

        await asyncio.to_thread(rescale)

    async def _beat_outside(self, beating: Heartbeat | None) -> None:
        """Ring where messages do not get out; else, where all jobs go well, let the heartbeat be heard."""
        undelivered = await asyncio.to_thread(self._undelivered)
        self._alarm.hear(undelivered)
        if beating and not (undelivered or self.pulse.failing() or self.pulse.stuck()):
            await beating.beat()

    def _undelivered(self) -> list[Undelivered]:
        with self.application.database.read() as connection:
            return overview.undelivered(connection, self.application.clock())
