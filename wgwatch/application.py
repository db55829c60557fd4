"""The parts put together for one process: settings, watchlist, database, how to read, how to look, how to send."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from config.access import Access
from config.chats import chats_by_name
from config.errors import StorageError
from config.hook_secrets import derived_secret
from config.profile import load_profile
from config.settings import Settings
from config.watchlist import Watchlist
from config.watchlist_file import load_watchlist
from storage.engine import Database
from storage.watched import subscriptions
from storage.work.leases import new_owner
from wgwatch import __version__

if TYPE_CHECKING:
    import aiohttp

    from crawler.desk import Desk
    from crawler.engine import CrawlOptions
    from crawler.extract.knowledge import Knowledge
    from crawler.fetching.access import Sessions
    from crawler.history.derivation import Reader
    from crawler.rounds import Round
    from notifier.channels.email import EmailChannel, SmtpServer
    from notifier.channels.oauth import TokenSource
    from notifier.channels.unset import UnsetChannel
    from notifier.dispatch import Dispatcher
    from notifier.planning.listeners import Rules
    from notifier.writing.attachments import Differences
    from storage.pages import Page

DIFFERENCES = 16
"""Pairs of answers whose comparison is kept for the next mail about them."""


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

        contact = self.last_good.contact if self.settings.watchlist.exists() else None
        return CrawlOptions(
            user_agent=user_agent(contact, __version__),
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

    @asynccontextmanager
    async def dispatcher(self) -> AsyncIterator[Dispatcher]:
        """What sends; its connections are closed at the end."""
        from notifier.channels.chat import ChatChannel
        from notifier.channels.lines import LinesChannel
        from notifier.channels.webhook import WebhookChannel, open_session
        from notifier.dispatch import Dispatcher

        settings = self.settings
        ca_file = str(settings.ca_file) if settings.ca_file else None
        chats = ChatChannel(settings.allow_networks, self._chat_url, public_url=settings.public_url)
        async with chats, open_session(settings.allow_networks, ca_file) as session:
            webhooks = WebhookChannel(
                session,
                settings.allow_networks,
                self.clock,
                public_url=settings.public_url,
                proxies=settings.proxy,
                user_agent=f"wgwatch/{__version__}",
            )
            yield Dispatcher(
                database=self.database,
                channels={
                    "email": self._mail(session, ca_file),
                    "webhook": webhooks,
                    "chat": chats,
                    "file": LinesChannel(settings.watchlist.parent, settings.public_url),
                },
                owner=self.owner,
                clock=self.clock,
                zone=lambda: self.zone,
                secrets=self._secrets_of,
            )

    @asynccontextmanager
    async def mail(self) -> AsyncIterator[EmailChannel | UnsetChannel]:
        """What sends mail alone; its connections are closed at the end."""
        from notifier.channels.webhook import open_session

        settings = self.settings
        ca_file = str(settings.ca_file) if settings.ca_file else None
        async with open_session(settings.allow_networks, ca_file) as session:
            yield self._mail(session, ca_file)

    def _mail(self, session: aiohttp.ClientSession, ca_file: str | None) -> EmailChannel | UnsetChannel:
        from notifier.channels.email import EmailChannel
        from notifier.channels.unset import UnsetChannel

        settings = self.settings
        sender = self.sender
        needed = {"WGWATCH_SMTP_HOST": settings.smtp_host, "WGWATCH_MAIL_FROM": sender}
        server = self.mail_server(session, ca_file)
        if server is None or not sender:
            return UnsetChannel([name for name, value in needed.items() if not value])
        return EmailChannel(
            server,
            sender,
            settings.public_url,
            key=self._unsubscribe_key() if settings.public_url else None,
            differences=self._differences,
        )

    def mail_server(self, session: aiohttp.ClientSession, ca_file: str | None) -> SmtpServer | None:
        """Where mail is handed in, None where that is not set."""
        from notifier.channels.email import SmtpServer

        settings = self.settings
        if not settings.smtp_host:
            return None
        return SmtpServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=settings.smtp_security,
            user=settings.smtp_user,
            password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
            tokens=self._mail_tokens(session),
            ca_file=ca_file,
            networks=settings.allow_networks,
        )

    @cached_property
    def _differences(self) -> Differences:
        """Made once for all who hear of a change."""

        @lru_cache(DIFFERENCES)
        def made(url: str, before: str, after: str) -> str | None:
            from wgwatch.past.differences import side_by_side

            return side_by_side(self.database, url, before, after)

        return made

    def _mail_tokens(self, session: aiohttp.ClientSession) -> TokenSource | None:
        from notifier.channels.oauth import Credentials, TokenSource

        settings = self.settings
        url, client = settings.smtp_oauth_token_url, settings.smtp_oauth_client_id
        if not url or not client or not settings.smtp_oauth_client_secret:
            return None
        secret = settings.smtp_oauth_client_secret.get_secret_value()
        return TokenSource(
            session,
            Credentials(url, client, secret, settings.smtp_oauth_scope),
            self.clock,
            networks=settings.allow_networks,
            proxies=settings.proxy,
        )

    def _unsubscribe_key(self) -> bytes:
        from storage import keys

        with self.database.write() as connection:
            return keys.draw(connection, keys.UNSUBSCRIBE)

    @property
    def sender(self) -> str | None:
        """Whom mail is from."""
        return self.settings.mail_from or self._contact_address()

    def _contact_address(self) -> str | None:
        """The watchlist's contact, where it is an e-mail address: who is to be reached may as well write."""
        contact = self.last_good.contact if self.settings.watchlist.exists() else None
        return contact if contact and "@" in contact and "://" not in contact else None

    def _access_of(self, source: str) -> Access:
        """What lets us in at a source; nothing where the watchlist does not name it."""
        if self._last_good is None and not self.settings.watchlist.exists():
            return Access()
        return next((s.access for s in self.last_good.sources if s.name == source), Access())

    def _secrets_of(self, name: str) -> tuple[str, ...]:
        """What signs the webhook of a subscription; nothing where neither watchlist nor database knows it."""
        known = self._last_good is not None or self.settings.watchlist.exists()
        found = [s for s in self.last_good.subscriptions if s.name == name] if known else []
        if not found:
            return self._derived_secrets(name)
        return tuple(secret.get_secret_value() for s in found for secret in s.secret or ())

    def _derived_secrets(self, name: str) -> tuple[str, ...]:
        """What signs the webhook of a subscription that was made on the web or by API."""
        key = self.settings.secret_key
        if key is None:
            return ()
        with self.database.read() as connection:
            stored = subscriptions.find(connection, name)
        return tuple(
            derived_secret(key, salt).get_secret_value() for salt in (stored.salts if stored else ())
        )

    def _chat_url(self, target: str) -> str | None:
        """The address behind the name of a chat; None where the watchlist does not name it."""
        if self._last_good is None and not self.settings.watchlist.exists():
            return None
        named = (chats_by_name(s.name, s.chat or ()) for s in self.last_good.subscriptions)
        chat = next((chats[target] for chats in named if target in chats), None)
        return chat.url.get_secret_value() if chat and chat.url else None

    def _knowledge(self, profile_name: str | None) -> Knowledge:
        from crawler.extract.knowledge import DEFAULT, Knowledge

        if profile_name is None:
            return DEFAULT
        return Knowledge.of_profile(load_profile(profile_name, self.settings.watchlist.parent))
