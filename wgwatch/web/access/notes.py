"""That a session or token is being used, written down now and then. No answer waits long for it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta

import sqlalchemy as sa

from config.errors import StorageError
from storage.engine import Database

log = logging.getLogger("wgwatch")

PATIENCE = 0.25
"""Seconds: while somebody else writes for longer, pages are answered all the same."""


class Notes:
    """Writes in a thread of its own, one note after the other."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._thread = ThreadPoolExecutor(1, "notes")
        self._under_way: dict[str, Future[None]] = {}

    def put(
        self,
        what: str,
        last: datetime | None,
        now: datetime,
        each: timedelta,
        write: Callable[[sa.Connection], None],
    ) -> None:
        """Note a use, unless the last one is too recent or its note is still under way."""
        if last is not None and now - last < each:
            return
        under_way = self._under_way.get(what)
        if under_way is not None and not under_way.done():
            return
        noted = self._under_way[what] = self._thread.submit(self._write, write)
        with suppress(TimeoutError):
            noted.result(PATIENCE)
            self._under_way.pop(what, None)

    def _write(self, write: Callable[[sa.Connection], None]) -> None:
        try:
            with self._database.write() as connection:
                write(connection)
        except StorageError as error:
            log.warning("that a session or token is used was not noted: %s", error)
