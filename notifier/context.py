"""What a mail says beside its changes: asked from the database before the first attempt, the same at every other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from config.stored import read_back
from config.watchlist import Subscription
from notifier.digests import gather
from notifier.languages import ENGLISH
from storage import digests, subscriptions
from storage.deliveries import Delivery
from storage.engine import Database

SETTLED = ("confirmed", "withdrawn")


@dataclass(frozen=True, slots=True)
class Context:
    """`reasons` are the subscriptions that asked, `follows` the delivery whose news this one confirms or withdraws,
    `told` what a digest says beside its changes (`notifier.digests.gather`).
    """

    reasons: tuple[str, ...] = ()
    language: str = ENGLISH
    follows: str | None = None
    told: Mapping[str, Any] | None = None


def context_of(database: Database, delivery: Delivery, zone: ZoneInfo) -> Context:
    """The context of a mail. A digest's is gathered when it is first asked for, and kept with the delivery."""
    reasons = _reasons(delivery)
    with database.read() as connection:
        asked = _asked(connection, reasons)
        told = digests.frozen(connection, delivery.id)
        if delivery.digest and told is None and asked:
            told = _gathered(connection, delivery, asked[0], zone)
        follows = _follows(connection, delivery)
    if delivery.digest and told is not None:
        with database.write() as connection:
            digests.freeze(connection, delivery.id, told)
    return Context(reasons, _language(asked), follows, told)


def _reasons(delivery: Delivery) -> tuple[str, ...]:
    """An empty digest names its subscription in its fold alone: `email NAME target`."""
    named = dict.fromkeys(name for item in delivery.items for name in item.reasons)
    if named or not delivery.digest:
        return tuple(named)
    return (delivery.fold.removeprefix(f"{delivery.channel} ").rpartition(" ")[0],)


def _asked(connection: sa.Connection, names: tuple[str, ...]) -> list[Subscription]:
    stored = {each.name: each for each in subscriptions.all_of(connection)}
    return [read_back(stored[name].spec) for name in names if name in stored]


def _language(asked: list[Subscription]) -> str:
    return next((each.language for each in asked if each.language), ENGLISH)


def _gathered(
    connection: sa.Connection, delivery: Delivery, subscription: Subscription, zone: ZoneInfo
) -> Mapping[str, Any]:
    until = delivery.due_at
    since = digests.since_of(connection, delivery.id) or until - (
        subscription.send.next_after(until, zone) - until
    )
    pages = {str(item.payload.get("page")) for item in delivery.items}
    return gather(connection, subscription, since, until, zone, pages)


def _follows(connection: sa.Connection, delivery: Delivery) -> str | None:
    settled = [item.change_id for item in delivery.items if item.payload.get("state") in SETTLED]
    return digests.told_before(connection, delivery.id, delivery.target, settled) if settled else None
