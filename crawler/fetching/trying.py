"""Looking at what may be poison: pages that a process was at when it ended, each alone, with a mark that stays."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from config.errors import StorageError
from crawler.fetching.hosts import in_thread
from storage.engine import Database
from storage.pages import Page
from storage.work import trials


def tries(database: Database) -> dict[int, int]:
    """How many looks at a page did not come back; pages of which all did are not named."""
    with database.read() as connection:
        return trials.open_ones(connection)


@asynccontextmanager
async def alone(
    database: Database, page: Page, clock: Callable[[], datetime], writer: Executor
) -> AsyncIterator[None]:
    """The block looks at the page; should it end the process, the next one will know."""

    def begin() -> None:
        with database.write() as connection:
            trials.begin(connection, page.id, clock())

    def end() -> None:
        with database.write() as connection:
            trials.end(connection, page.id)

    await in_thread(writer, begin)
    try:
        yield
    finally:
        with suppress(
            StorageError
        ):  # the mark stays, and counts a try too many: better than to hide what went wrong
            await in_thread(writer, end)
