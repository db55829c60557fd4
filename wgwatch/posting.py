"""What sends, put together for one process: the channels, with the settings and the secrets of this installation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import aiohttp

from config.chats import chats_by_name
from config.hook_secrets import derived_secret
from config.watchlist import Subscription
from notifier.channels.chat import ChatChannel
from notifier.channels.email import EmailChannel, SmtpServer
from notifier.channels.lines import LinesChannel
from notifier.channels.oauth import Credentials, TokenSource
from notifier.channels.unset import UnsetChannel
from notifier.channels.webhook import WebhookChannel, open_session
from notifier.dispatch import Dispatcher
from notifier.writing.attachments import Differences
from storage import keys
from storage.watched import subscriptions
from wgwatch import __version__
from wgwatch.past.differences import side_by_side

if TYPE_CHECKING:
    from wgwatch.application import Application

DIFFERENCES = 16
"""Pairs of answers whose comparison is kept for the next mail about them."""


class Post:
    """The ways out of a process. Its connections are open within `dispatcher` and `mail`."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._settings = application.settings

    @asynccontextmanager
    async def dispatcher(self) -> AsyncIterator[Dispatcher]:
        """What sends; its connections are closed at the end."""
        settings, ca_file = self._settings, self._ca_file
        chats = ChatChannel(settings.allow_networks, self._chat_url, public_url=settings.public_url)
        async with chats, open_session(settings.allow_networks, ca_file) as session:
            webhooks = WebhookChannel(
                session,
                settings.allow_networks,
                self._application.clock,
                public_url=settings.public_url,
                proxies=settings.proxy,
                user_agent=f"wgwatch/{__version__}",
            )
            yield Dispatcher(
                database=self._application.database,
                channels={
                    "email": self._mail(session, ca_file),
                    "webhook": webhooks,
                    "chat": chats,
                    "file": LinesChannel(settings.watchlist.parent, settings.public_url),
                },
                owner=self._application.owner,
                clock=self._application.clock,
                zone=lambda: self._application.zone,
                secrets=self._secrets_of,
            )

    @asynccontextmanager
    async def mail(self) -> AsyncIterator[EmailChannel | UnsetChannel]:
        """What sends mail alone; its connections are closed at the end."""
        settings, ca_file = self._settings, self._ca_file
        async with open_session(settings.allow_networks, ca_file) as session:
            yield self._mail(session, ca_file)

    def _mail(self, session: aiohttp.ClientSession, ca_file: str | None) -> EmailChannel | UnsetChannel:
        settings = self._settings
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
        settings = self._settings
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
            return side_by_side(self._application.database, url, before, after)

        return made

    def _mail_tokens(self, session: aiohttp.ClientSession) -> TokenSource | None:
        settings = self._settings
        url, client = settings.smtp_oauth_token_url, settings.smtp_oauth_client_id
        if not url or not client or not settings.smtp_oauth_client_secret:
            return None
        secret = settings.smtp_oauth_client_secret.get_secret_value()
        return TokenSource(
            session,
            Credentials(url, client, secret, settings.smtp_oauth_scope),
            self._application.clock,
            networks=settings.allow_networks,
            proxies=settings.proxy,
        )

    def _unsubscribe_key(self) -> bytes:
        with self._application.database.write() as connection:
            return keys.draw(connection, keys.UNSUBSCRIBE)

    @property
    def sender(self) -> str | None:
        """Whom mail is from."""
        return self._settings.mail_from or self._contact_address()

    def _contact_address(self) -> str | None:
        """The watchlist's contact, where it is an e-mail address: who is to be reached may as well write."""
        contact = self._application.contact
        return contact if contact and "@" in contact and "://" not in contact else None

    def _secrets_of(self, name: str) -> tuple[str, ...]:
        """What signs the webhook of a subscription; nothing where neither watchlist nor database knows it."""
        found = [s for s in self._subscriptions if s.name == name]
        if not found:
            return self._derived_secrets(name)
        return tuple(secret.get_secret_value() for s in found for secret in s.secret or ())

    def _derived_secrets(self, name: str) -> tuple[str, ...]:
        """What signs the webhook of a subscription that was made on the web or by API."""
        key = self._settings.secret_key
        if key is None:
            return ()
        with self._application.database.read() as connection:
            stored = subscriptions.find(connection, name)
        return tuple(
            derived_secret(key, salt).get_secret_value() for salt in (stored.salts if stored else ())
        )

    def _chat_url(self, target: str) -> str | None:
        """The address behind the name of a chat; None where the watchlist does not name it."""
        named = (chats_by_name(s.name, s.chat or ()) for s in self._subscriptions)
        chat = next((chats[target] for chats in named if target in chats), None)
        return chat.url.get_secret_value() if chat and chat.url else None

    @property
    def _subscriptions(self) -> Sequence[Subscription]:
        """Those of the watchlist, where there is one."""
        application = self._application
        return application.last_good.subscriptions if application.has_watchlist else ()

    @property
    def _ca_file(self) -> str | None:
        return str(self._settings.ca_file) if self._settings.ca_file else None
