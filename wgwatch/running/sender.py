"""`wgwatch dispatch`: plans what is open and sends what is due: beside a service, beside others of its kind, alone."""

from __future__ import annotations

import logging
from collections.abc import Callable

from notifier.dispatch import Report
from wgwatch.application import Application
from wgwatch.running.process import Process
from wgwatch.running.service import SENDING_PATIENCE
from wgwatch.running.telling import Telling
from wgwatch.running.watchfile import TICK as WATCHLIST_TICK
from wgwatch.running.watchfile import Watchfile

log = logging.getLogger("wgwatch")


class Sender(Process):
    """One of the dispatchers. `on_report` hears what each round of sending came to."""

    def __init__(self, application: Application, on_report: Callable[[Report], None]) -> None:
        super().__init__(application, "dispatch")
        self._on_report = on_report
        self._watchfile = Watchfile(application, applies=False)

    async def run(self) -> None:
        """Until SIGTERM or SIGINT. A database that is away is asked again."""
        self.heed_signals()
        if self.application.settings.watchlist.exists():
            self._watchfile.bring_in()
        async with self.alive() as stack:
            dispatcher = await stack.enter_async_context(self.application.post.dispatcher())
            telling = Telling(self.application, dispatcher, self._told)
            self.pulse.expect("plan")
            self.pulse.expect("send", SENDING_PATIENCE)
            self.every("reload", WATCHLIST_TICK, self._reload)
            self.start()
            tellers = telling.begin(self.guarded)
            await self.stopping.wait()
            telling.stop()
            await self.wind_down(tellers)

    def _told(self, report: Report) -> None:
        self.tally.told(report)
        self._on_report(report)

    async def _reload(self) -> None:
        self._watchfile.follow()
