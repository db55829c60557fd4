"""One round of a process that some pages end: importable by name, so that another process can run it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from dying import DyingReader
from world import SECRET

from config.settings import Settings
from crawler.pipelines import Outcome
from storage import pages
from storage.pages import Page
from wgwatch.application import Application


class Poisonable(Application):
    """Reads as any other, but for pages with a word in them."""

    def reader_of(self, page: Page) -> DyingReader:
        return DyingReader(super().reader_of(page).knowledge)


def look_at_what_is_due(folder: Path, url: str) -> None:
    environ = {"WGWATCH_DATABASE_URL": url, "WGWATCH_ALLOW_NETWORKS": "loopback", "CRM_HOOK_SECRET": SECRET}
    application = Poisonable(Settings.load(environ, folder), environ)
    with application.database.read() as connection:
        due = pages.due(connection, application.clock())

    async def ignore(_: Outcome) -> None:
        pass

    asyncio.run(application.round().look(due, ignore, only_due=True))
    application.close()
