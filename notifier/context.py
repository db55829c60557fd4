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
from notifier.writing.languages import ENGLISH
from storage.deliveries import Delivery
from storage.engine import Database
from storage.sending import digests
from storage.watched import subscriptions


@dataclass(frozen=True, slots=True)
class Context:
    """`reasons` are the subscriptions that asked; the first says in which language dates are written and in which zone
    times are, unless that is None. `told` is what a digest says beside its changes (`notifier.digests.gather`).
    """

    reasons: tuple[str, ...] = ()
    language: str = ENGLISH
    zone: ZoneInfo | None = None
    told: Mapping[str, Any] | None = None


def reasons_of(delivery: Delivery) -> tuple[str, ...]:
    """The subscriptions that asked for a message, also for one that tells of silence."""
    asked = tuple(dict.fromkeys(name for item in delivery.items for name in item.reasons))
    return asked or ((delivery.subscription,) if delivery.subscription else ())


def context_of(database: Database, delivery: Delivery, zone: ZoneInfo) -> Context:
    """The context of a mail. A digest's is gathered when it is first asked for, and kept with the delivery."""
    reasons = reasons_of(delivery)
    with database.read() as connection:
        asked = _asked(connection, reasons)
        told = digests.frozen(connection, delivery.id)
        is_new = delivery.digest and told is None and bool(asked)
        if is_new:
            told = digests.shared(connection, delivery.id)
            told = told or _gathered(connection, delivery, asked[0], zone)
    if is_new and told is not None:
        with database.write() as connection:
            told = digests.freeze(connection, delivery.id, told)
    first = asked[0] if asked else None
    return Context(reasons, first.language if first else ENGLISH, first.zone if first else None, told)


def _asked(connection: sa.Connection, names: tuple[str, ...]) -> list[Subscription]:
    """Those of the subscriptions that are still declared."""
    stored = {each.name: each for each in subscriptions.all_of(connection)}
    return [read_back(stored[name].spec) for name in names if name in stored]


def _gathered(
    connection: sa.Connection, delivery: Delivery, subscription: Subscription, zone: ZoneInfo
) -> Mapping[str, Any]:
    since = delivery.since or delivery.created_at
    pages = {str(item.payload.get("page")) for item in delivery.items}
    return gather(connection, subscription, since, delivery.due_at, subscription.zone or zone, pages)
