"""The watchlist file as a process that lives on follows it: read again when it was edited, a bad edit left aside."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass

from config.errors import ConfigError
from wgwatch.application import Application
from wgwatch.watching.applying import apply

log = logging.getLogger("wgwatch")

TICK = 5.0
"""Seconds between two looks at the file."""


@dataclass(slots=True)
class Watchfile:
    """Whoever `applies` it brings it into the database, too; the others read it for what is not in there: secrets."""

    application: Application
    applies: bool
    _stamp: tuple[int, int] | None = None

    def bring_in(self) -> None:
        """Read it. Raises ConfigError, and StorageError where it cannot be brought in."""
        stamp, application = self._file_stamp(), self.application
        watchlist = application.watchlist()
        if self.applies:
            applied = apply(application.database, watchlist, application.clock())
            log.info("watching %d pages for %d subscriptions", applied.pages, applied.subscriptions)
        self._stamp = stamp  # not before: what the database refused is brought in at the next tick

    def follow(self) -> None:
        """Read it again if it was edited. A bad edit is reported, and the last good one stays."""
        stamp = self._file_stamp()
        if stamp == self._stamp:
            return
        try:
            self.bring_in()
        except ConfigError as error:
            self._stamp = stamp
            log.error("the watchlist stays as it was: %s", error)

    def _file_stamp(self) -> tuple[int, int] | None:
        with suppress(OSError):
            status = self.application.settings.watchlist.stat()
            return status.st_mtime_ns, status.st_size
        return None
