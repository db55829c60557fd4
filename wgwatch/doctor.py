"""`wgwatch doctor`: whether everything that this installation needs is there, each with what to do where it is not.

Nothing is changed, no page is asked for and no message is sent. No finding holds a secret.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa

from config.errors import ConfigError, DeliveryError, StorageError
from config.resolver import GuardedResolver
from config.settings import Settings
from config.watchlist import Watchlist
from storage.asking import overview
from storage.engine import SCHEMA, UNFINISHED, Database
from storage.sending import holds
from storage.work import leases
from wgwatch.application import Application
from wgwatch.cli.output import counted

ROOM = 500_000_000
"""Bytes that should be free where the database grows."""
DRIFT = timedelta(seconds=5)
"""The clocks of two machines may be that far apart."""
PATIENCE = 10.0
"""Seconds for a name to be looked up."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `remedy` says what to do where it is not well."""

    about: str
    said: str
    remedy: str | None = None

    @property
    def is_well(self) -> bool:
        return self.remedy is None


async def examine(application: Application) -> AsyncIterator[Finding]:
    """Everything in turn, the findings as they come."""
    settings = application.settings
    yield Finding("settings", "all that are given can be read")
    watchlist, finding = _watchlist(application)
    yield finding
    for each in (*_database(application), *_folders(settings)):
        yield each
    if watchlist is None:
        return
    for each in await asyncio.to_thread(lambda: list(_browser(watchlist))):
        yield each
    if any(subscription.email for subscription in watchlist.subscriptions):
        yield await _mail(application)
    for each in await _webhooks(settings, watchlist):
        yield each


def _watchlist(application: Application) -> tuple[Watchlist | None, Finding]:
    try:
        watchlist = application.watchlist()
    except ConfigError as error:
        return None, Finding(
            "watchlist", "; ".join(error.problems), "mend it: wgwatch validate says when it is right"
        )
    said = (
        f"{counted(len(watchlist.pages()), 'page')}, {counted(len(watchlist.subscriptions), 'subscription')}"
    )
    return watchlist, Finding("watchlist", f"{watchlist.path}: {said}")


def _database(application: Application) -> Iterator[Finding]:
    """The connection, the schema, and what the database says of itself."""
    database = Database(application.settings.database_url)
    if not database.exists():
        yield Finding("database", f"there is none at {database.name} yet: the first check makes it")
        return
    try:
        schema = database.schema()
        yield _schema(database, schema)
        if schema == SCHEMA:
            with database.read() as connection:
                yield from _state(application, connection)
    except StorageError as error:
        yield Finding("database", str(error), "see that it runs, and WGWATCH_DATABASE_URL")
    finally:
        database.close()


def _schema(database: Database, schema: str | None) -> Finding:
    said = f"{database.name}: schema {schema or 'none'}"
    if schema == UNFINISHED:
        return Finding(
            "database", f"{database.name}: an unfinished copy", "give the command that began it once more"
        )
    if schema is not None and schema > SCHEMA:
        return Finding("database", f"{said}, this wgwatch knows {SCHEMA}", "update wgwatch")
    if schema != SCHEMA:
        return Finding("database", f"{said}, this wgwatch makes it {SCHEMA}", "wgwatch db upgrade")
    return Finding("database", said)


def _state(application: Application, connection: sa.Connection) -> Iterator[Finding]:
    now = application.clock()
    if (held := holds.held(connection)) is not None:
        yield Finding(
            "sending",
            f"held since {held.since:%Y-%m-%d %H:%M} UTC: {held.reason}",
            "wgwatch deliveries release",
        )
    if connection.dialect.name != "sqlite":
        apart = abs(connection.execute(sa.select(sa.func.now())).scalar_one() - now)
        said = f"{apart.total_seconds():.1f} s from the database server's"
        yield Finding("clock", said, "have both machines keep time (NTP)" if apart > DRIFT else None)
    last = overview.watch(connection, now).last_look
    if last is not None and last > now + DRIFT:
        yield Finding(
            "clock", f"the last look was at {last:%Y-%m-%d %H:%M} UTC, which is yet to come", "set the clock"
        )
    owner = leases.holder(connection, "service", now)
    yield Finding("service", "runs" if owner else "none runs: wgwatch run, or wgwatch check by cron")


def _folders(settings: Settings) -> Iterator[Finding]:
    """Room and permissions where we write."""
    folders = {settings.watchlist.parent, Path(tempfile.gettempdir())}
    url = sa.make_url(settings.database_url)
    own = Path(url.database).parent if url.get_backend_name() == "sqlite" and url.database else None
    for folder in sorted(folders | ({own} if own else set())):
        if not folder.is_dir():
            yield Finding("folder", f"there is no folder {folder}", f"mkdir -p {folder}")
            continue
        needed = folder != settings.watchlist.parent or folder == own
        if needed and not os.access(folder, os.W_OK):
            yield Finding(
                "folder", f"{folder} cannot be written to", "let the user that runs wgwatch write there"
            )
        if folder == own:
            free = shutil.disk_usage(folder).free
            said = f"{free / 1e9:.1f} GB free in {folder}"
            yield Finding(
                "disk", said, "make room: wgwatch prune removes old answers" if free < ROOM else None
            )


def _browser(watchlist: Watchlist) -> Iterator[Finding]:
    from wgwatch.browsing import unrendered

    for said in unrendered(watchlist):
        yield Finding(
            "browser", said, "install it, or take render out of the watchlist: see docs/javascript.md"
        )


async def _mail(application: Application) -> Finding:
    """A conversation with the mail server up to the login."""
    from notifier.channels.email import EmailChannel
    from notifier.channels.webhook import open_session

    settings, sender = application.settings, application.post.sender
    ca_file = str(settings.ca_file) if settings.ca_file else None
    async with open_session(settings.allow_networks, ca_file) as session:
        server = application.post.mail_server(session, ca_file)
        if server is None or sender is None:
            missing = "WGWATCH_MAIL_FROM" if server else "WGWATCH_SMTP_HOST"
            return Finding("mail", f"subscriptions ask for mail, and {missing} is not set", f"set {missing}")
        where = f"{server.host}:{server.port}, {server.security}"
        try:
            await EmailChannel(server, sender).greet()
        except DeliveryError as error:
            return Finding("mail", f"{where}: {error}", "see WGWATCH_SMTP_*, and that the server is up")
    login = "and lets us log in" if server.user else "without a login"
    return Finding("mail", f"{where}: answers {login}")


async def _webhooks(settings: Settings, watchlist: Watchlist) -> list[Finding]:
    """Each target once: whether its name leads to where we may connect. Behind a proxy that is the proxy's business."""
    resolver = GuardedResolver(settings.allow_networks)
    targets = sorted({str(each.webhook) for each in watchlist.subscriptions if each.webhook})
    found = [await _webhook(settings, resolver, target) for target in targets]
    await resolver.close()
    return found


async def _webhook(settings: Settings, resolver: GuardedResolver, target: str) -> Finding:
    parts = urlsplit(target)
    host, shown = parts.hostname or "", f"{parts.scheme}://{parts.hostname}"  # the path may be a key
    if settings.proxy.for_url(target):
        return Finding("webhook", f"{shown}: by the proxy")
    try:
        settings.allow_networks.check_literal(host)
        async with asyncio.timeout(PATIENCE):
            await resolver.resolve(host)
    except PermissionError as error:
        return Finding("webhook", f"{shown}: {error.strerror}", "WGWATCH_ALLOW_NETWORKS, if that is meant")
    except (OSError, UnicodeError):  # a timeout is one, too
        return Finding("webhook", f"{shown}: the name {host} cannot be looked up", "is it right, and DNS up?")
    return Finding("webhook", f"{shown}: its name is known")
