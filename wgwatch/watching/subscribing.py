"""Subscriptions that are made on the web or by API: make, change, pause, resume, remove.

They are held against the same model as those of the watchlist. A member's writes to the member's confirmed address
alone; an operator's to any address, and by webhook where there is a key that secrets can be derived from.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from pydantic import SecretStr

from config.addresses import page_key
from config.errors import FieldErrors, UsageError
from config.hook_secrets import derived_secret
from config.problems import validate
from config.schedules import Daily, Weekly
from config.settings import Settings
from config.stored import written
from config.suggest import did_you_mean
from config.watchlist import About, Subscription
from storage import pages
from storage.sending import silenced
from storage.watched import subscriptions
from storage.watched.subscriptions import Stored
from wgwatch.web.visitors import Role, Visitor

FILE_ALONE = {
    "chat": "a chat's address lets anybody write there, so it is named in the watchlist file alone",
    "file": "files of the server are named in the watchlist file alone",
    "secret": "the secret of a webhook is drawn here and shown once",
}
NO_KEY = (
    "needs a secret to sign with, and WGWATCH_SECRET_KEY is not set, from which it would be derived: set it, or write "
    "the webhook into the watchlist file"
)
ONLY_OWN = "may only be your own confirmed address"
NOT_CONFIRMED = "there is no confirmed address of yours to write to"

Problem = tuple[str, str]


class NotHere(UsageError):
    """The subscription stands in the watchlist file, which is changed there."""

    def __init__(self, name: str, settings: Settings) -> None:
        super().__init__(
            f"{name} stands in the watchlist file: change it in {settings.watchlist.name}, there it is kept"
        )


@dataclass(frozen=True, slots=True)
class Made:
    """A subscription as it was made or changed. `secret` signs its webhook: it is shown now and never again."""

    stored: Stored
    secret: SecretStr | None = None


def visible(connection: sa.Connection, visitor: Visitor) -> list[Stored]:
    """Those that a visitor may see and change: an operator all, a member its own."""
    found = subscriptions.all_of(connection)
    if visitor.role >= Role.OPERATOR:
        return found
    return [stored for stored in found if visitor.user_id is not None and stored.owner_id == visitor.user_id]


def find(connection: sa.Connection, visitor: Visitor, name: str) -> Stored:
    """A visible subscription by its name. Raises UsageError for what there is not."""
    found = visible(connection, visitor)
    match = next((stored for stored in found if stored.name.casefold() == name.casefold()), None)
    if match is None:
        raise UsageError(
            f"there is no subscription '{name}'{did_you_mean(name, [one.name for one in found])}"
        )
    return match


def make(
    connection: sa.Connection,
    settings: Settings,
    visitor: Visitor,
    said: Mapping[str, Any],
    *,
    origin: str,
    now: datetime,
) -> Made:
    """A new subscription, written as in the watchlist. Raises FieldErrors with every problem."""
    subscription = checked(connection, settings, visitor, said)
    owner_id = visitor.user_id if visitor.role < Role.OPERATOR else None
    salts = _salts(subscription, ())
    name = subscription.name
    subscriptions.put_subscription(connection, name, written(subscription), now, origin, owner_id, salts)
    _wake(connection, visitor, name)
    return _made(connection, settings, name, salts)


def change(
    connection: sa.Connection,
    settings: Settings,
    visitor: Visitor,
    name: str,
    said: Mapping[str, Any],
    now: datetime,
) -> Made:
    """A subscription as it is to be from now on; its name stays. Raises FieldErrors, NotHere, UsageError."""
    stored = _own(connection, settings, visitor, name)
    subscription = checked(connection, settings, visitor, {**said, "name": said.get("name", name)}, stored)
    salts = _salts(subscription, stored.salts)
    subscriptions.put_subscription(
        connection, stored.name, written(subscription), now, stored.origin, stored.owner_id, salts
    )
    return _made(connection, settings, stored.name, salts if salts != stored.salts else ())


def new_secret(
    connection: sa.Connection, settings: Settings, visitor: Visitor, name: str, now: datetime
) -> Made:
    """Another secret for its webhook; what is sent is signed with the last one too, until the next is drawn."""
    stored = _own(connection, settings, visitor, name)
    if settings.secret_key is None or not stored.salts:
        raise UsageError(f"{stored.name}: {NO_KEY}" if stored.salts else f"{stored.name} has no webhook")
    salts = (_salt(), stored.salts[0])
    subscriptions.put_subscription(
        connection, stored.name, stored.spec, now, stored.origin, stored.owner_id, salts
    )
    return _made(connection, settings, stored.name, salts)


def remove(connection: sa.Connection, settings: Settings, visitor: Visitor, name: str, now: datetime) -> None:
    """It hears nothing more. Raises NotHere for one of the file."""
    stored = _own(connection, settings, visitor, name)
    subscriptions.remove(connection, stored.name, now)
    silenced.discard_digests(connection, stored.name, "its subscription was removed")


def pause(connection: sa.Connection, visitor: Visitor, name: str, now: datetime) -> Stored:
    """It hears nothing until it is resumed; one of the file too."""
    stored = find(connection, visitor, name)
    subscriptions.pause(connection, stored.name, now)
    return find(connection, visitor, name)


def resume(connection: sa.Connection, visitor: Visitor, name: str, now: datetime) -> Stored:
    """It hears of what is found from now on; a member who had unsubscribed from its own is written to again."""
    stored = find(connection, visitor, name)
    subscriptions.resume(connection, stored.name, now)
    _wake(connection, visitor, stored.name)
    return find(connection, visitor, name)


def checked(
    connection: sa.Connection,
    settings: Settings,
    visitor: Visitor,
    said: Mapping[str, Any],
    known: Stored | None = None,
) -> Subscription:
    """The subscription that is meant; `known` is the one that it takes the place of. Raises FieldErrors."""
    given = {name: value for name, value in said.items() if value not in (None, "", [], {})}
    if visitor.role < Role.OPERATOR and visitor.email:
        given.setdefault("email", [visitor.email])
    problems = [(name, text) for name, text in FILE_ALONE.items() if given.pop(name, None)]
    subscription, found = validate(Subscription, given)
    problems += [(".".join(map(str, place)), text) for place, text in found]
    if subscription is not None:
        problems += _name_problems(connection, subscription, known)
        problems += _target_problems(subscription, settings, visitor, is_named="email" in given)
        problems += _about_problems(connection, subscription)
    if problems or subscription is None:
        raise FieldErrors(problems)
    return subscription


def _wake(connection: sa.Connection, visitor: Visitor, name: str) -> None:
    """Who asks for its own mail anew wants it. For others that is not ours to say."""
    if visitor.email and visitor.role < Role.OPERATOR:
        silenced.resubscribe(connection, name, visitor.email)


def _own(connection: sa.Connection, settings: Settings, visitor: Visitor, name: str) -> Stored:
    stored = find(connection, visitor, name)
    if stored.origin == "watchlist":
        raise NotHere(stored.name, settings)
    return stored


def _salts(subscription: Subscription, known: tuple[str, ...]) -> tuple[str, ...]:
    return (known or (_salt(),)) if subscription.webhook else ()


def _salt() -> str:
    return secrets.token_hex(16)


def _made(connection: sa.Connection, settings: Settings, name: str, fresh: tuple[str, ...]) -> Made:
    stored = subscriptions.find(connection, name)
    assert stored is not None
    key = settings.secret_key
    return Made(stored, derived_secret(key, fresh[0]) if key and fresh else None)


def _name_problems(
    connection: sa.Connection, subscription: Subscription, known: Stored | None
) -> Iterator[Problem]:
    if known is not None:
        if subscription.name != known.name:
            yield "name", f"stays {known.name}: what was sent is known by it"
    elif taken := subscriptions.find(connection, subscription.name):
        yield "name", f"'{taken.name}' is the name of another subscription already"


def _target_problems(
    subscription: Subscription, settings: Settings, visitor: Visitor, *, is_named: bool
) -> Iterator[Problem]:
    """`is_named` where an address was given, right or wrong."""
    if visitor.role < Role.OPERATOR:
        yield from _member_problems(subscription, visitor)
    elif not subscription.email and not subscription.webhook and not is_named:
        yield "email", "is missing: give an address to write to"
    elif subscription.webhook:
        if settings.secret_key is None:
            yield "webhook", NO_KEY
        try:
            settings.allow_networks.check_literal(urlsplit(subscription.webhook).hostname or "")
        except PermissionError as error:
            yield "webhook", error.strerror or "is not allowed"
    if subscription.quiet and isinstance(subscription.send, Daily | Weekly):
        yield "quiet", f"is of no use with {subscription.send.in_words()}, which keeps its hour"


def _member_problems(subscription: Subscription, visitor: Visitor) -> Iterator[Problem]:
    if subscription.webhook:
        yield "webhook", "is for operators to give"
    if not visitor.email:
        yield "email", NOT_CONFIRMED
    elif any(address.casefold() != visitor.email.casefold() for address in subscription.email or ()):
        yield "email", ONLY_OWN


def _about_problems(connection: sa.Connection, subscription: Subscription) -> Iterator[Problem]:
    """What is asked for and not watched: else a slip of the pen would be silence."""
    names = subscriptions.source_names(connection)
    for key, about in (("about", subscription.about), ("except", subscription.except_)):
        for word in about.sources or ():
            if word not in names:
                yield f"{key}.sources", f"there is no source '{word}'{did_you_mean(word, names)}"
        yield from _unwatched(connection, key, about)


def _unwatched(connection: sa.Connection, key: str, about: About) -> Iterator[Problem]:
    for url in about.pages or ():
        page = pages.by_key(connection, page_key(url))
        if page is None or page.paused_at is not None:
            yield f"{key}.pages", f"no source watches {url}"
    for word in about.groups or ():
        if not pages.of_group(connection, word):
            yield f"{key}.groups", f"no page of a group '{word}' is known"
