"""The parts put together for one process: settings, watchlist, database, how to read, how to look, how to send."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from config.access import Access
from config.errors import StorageError
from config.profile import load_profile
from config.settings import Settings
from config.watchlist import Watchlist
from config.watchlist_file import load_watchlist
from storage.engine import Database
from storage.work.leases import new_owner
from wgwatch import __version__

if TYPE_CHECKING:
    from crawler.desk import Desk
    from crawler.engine import CrawlOptions
    from crawler.extract.knowledge import Knowledge
    from crawler.fetching.access import Sessions
    from crawler.history.derivation import Reader
    from crawler.rounds import Round
    from notifier.planning.listeners import Rules
    from storage.pages import Page
    from wgwatch.posting import Post


def utc_now() -> datetime:
    """The clock of the product."""
    return datetime.now(UTC)


@dataclass
class Application:
    """One process's parts, made when first asked for. `clock` answers aware UTC.

    What fetches, reads and sends is imported where it is made: a question about the past needs none of it.
    """

    settings: Settings
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ), repr=False)
    clock: Callable[[], datetime] = utc_now
    owner: str = field(default_factory=new_owner)

    def __post_init__(self) -> None:
        self._readers: dict[str | None, Reader] = {}
        self._last_good: Watchlist | None = None
        self._writer = ThreadPoolExecutor(1, "writer")

    @classmethod
    def load(cls) -> Application:
        """From the environment and the current folder. Raises ConfigError."""
        return cls(Settings.load(os.environ, Path.cwd()))

    @cached_property
    def database(self) -> Database:
        """The database, made or brought up to date where needed."""
        database = Database(self.settings.database_url)
        try:
            database.prepare()
        except StorageError:
            database.close()
            raise
        return database

    @property
    def existing_database(self) -> Database:
        """The database for questions: one that is not there has no answers. Raises StorageError."""
        database = Database(self.settings.database_url)
        if not database.exists():
            raise StorageError(
                f"there is no database at {database.name} yet: wgwatch check or wgwatch import makes it"
            )
        return self.database

    def close(self) -> None:
        """Let go of the database and of the thread that writes."""
        self._writer.shutdown()
        if "desk" in self.__dict__:
            self.desk.close()
        if "database" in self.__dict__:
            self.database.close()

    def watchlist(self) -> Watchlist:
        """The watchlist file as it is now. Raises ConfigError."""
        self._last_good = load_watchlist(self.settings.watchlist, self.environ)
        self._readers.clear()  # a profile beside it may have changed too
        return self._last_good

    @property
    def last_good(self) -> Watchlist:
        """The watchlist as it was when it was last read without a problem."""
        return self._last_good or self.watchlist()

    @property
    def has_watchlist(self) -> bool:
        """Whether there is a watchlist, or was when it was last read."""
        return self._last_good is not None or self.settings.watchlist.exists()

    @property
    def zone(self) -> ZoneInfo:
        """The zone of times in messages; UTC where there is no watchlist."""
        return self.last_good.timezone if self.settings.watchlist.exists() else ZoneInfo("UTC")

    def reader_of(self, page: Page) -> Reader:
        """How a page is read: with what its profile knows."""
        from crawler.history.derivation import Reader

        if page.profile not in self._readers:
            self._readers[page.profile] = Reader(self._knowledge(page.profile))
        return self._readers[page.profile]

    def round(self) -> Round:
        """A round of looks with this process's settings."""
        from crawler.rounds import Round

        return Round(
            self.database,
            self.crawl_options,
            self.settings.proxy,
            self.owner,
            self.reader_of,
            self.clock,
            self._writer,
            self.desk,
            self._sessions,
        )

    @cached_property
    def _sessions(self) -> Sessions:
        """Of sources that ask for a login or the like, for as long as this process lives."""
        from crawler.fetching.access import Sessions

        return Sessions(self._access_of)

    @cached_property
    def desk(self) -> Desk:
        """Where answers are read."""
        from crawler.desk import Desk

        return Desk()

    def crawl_options(self, url: str | None = None) -> CrawlOptions:
        """How to crawl; with `url`, through the proxy for it."""
        from crawler.engine import CrawlOptions, user_agent

        return CrawlOptions(
            user_agent=user_agent(self.contact, __version__),
            delay=5.0,
            networks=self.settings.allow_networks,
            ca_file=str(self.settings.ca_file) if self.settings.ca_file else None,
            proxy=self.settings.proxy.for_url(url) if url else None,
            clock=self.clock,
        )

    def rules(self) -> Rules:
        """How messages are put together."""
        from notifier.planning.listeners import Rules

        return Rules(self.zone, timedelta(seconds=self.settings.fold))

    @cached_property
    def post(self) -> Post:
        """What sends."""
        from wgwatch.posting import Post

        return Post(self)

    @property
    def contact(self) -> str | None:
        """Whom the watchlist names as its contact, where there is a watchlist."""
        return self.last_good.contact if self.settings.watchlist.exists() else None

    def _access_of(self, source: str) -> Access:
        """What lets us in at a source; nothing where the watchlist does not name it."""
        if not self.has_watchlist:
            return Access()
        return next((s.access for s in self.last_good.sources if s.name == source), Access())

    def _knowledge(self, profile_name: str | None) -> Knowledge:
        from crawler.extract.knowledge import DEFAULT, Knowledge

        if profile_name is None:
            return DEFAULT
        return Knowledge.of_profile(load_profile(profile_name, self.settings.watchlist.parent))
