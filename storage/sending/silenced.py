"""Who is not written to although the watchlist names them: people who asked for that, and targets that are gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.models import deliveries, delivery_items, gone_targets, unsubscribed

UNSUBSCRIBED = "unsubscribed"


@dataclass(frozen=True, slots=True)
class Unsubscribed:
    """A person who asked to hear no more of a subscription."""

    subscription: str
    address: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Gone:
    """A target that said that it is gone for good."""

    channel: str
    target: str
    at: datetime
    reason: str


def unsubscribe(connection: sa.Connection, name: str, address: str, now: datetime) -> bool:
    """Write to this person no more for the subscription; False where they had asked for it before.

    What waits for nobody but them is discarded. Addresses are compared without case.
    """
    address = address.casefold()
    if any((one.subscription, one.address) == (name, address) for one in all_unsubscribed(connection)):
        return False
    values = {"subscription": name, "address": address, "at": now}
    connection.execute(sa.insert(unsubscribed).values(values))
    _discard(connection, name, UNSUBSCRIBED, sa.func.lower(deliveries.c.target) == address)
    return True


def resubscribe(connection: sa.Connection, name: str, address: str) -> bool:
    """Write to this person again; False where they never asked to be left in peace."""
    mine = (unsubscribed.c.subscription == name, unsubscribed.c.address == address.casefold())
    return connection.execute(sa.delete(unsubscribed).where(*mine)).rowcount > 0


def all_unsubscribed(connection: sa.Connection) -> list[Unsubscribed]:
    """Everybody who asked to be left in peace, in the order in which they did."""
    query = sa.select(unsubscribed).order_by(unsubscribed.c.id)
    return [Unsubscribed(row.subscription, row.address, row.at) for row in connection.execute(query)]


def all_gone(connection: sa.Connection) -> list[Gone]:
    """Every target that is gone."""
    query = sa.select(gone_targets).order_by(gone_targets.c.id)
    return [Gone(row.channel, row.target, row.at, row.reason) for row in connection.execute(query)]


def come_back(connection: sa.Connection, channel: str, target: str) -> bool:
    """A target that was gone is written to again; False where it was not gone."""
    mine = (gone_targets.c.channel == channel, gone_targets.c.target == target)
    return connection.execute(sa.delete(gone_targets).where(*mine)).rowcount > 0


def discard_digests(connection: sa.Connection, name: str, why: str) -> None:
    """A subscription that is no more takes its waiting digest with it."""
    _discard(connection, name, why, deliveries.c.digest)


def _discard(connection: sa.Connection, name: str, why: str, which: sa.ColumnElement[bool]) -> None:
    """Waiting messages that are for this subscription and no other."""
    query = sa.select(deliveries.c.id, deliveries.c.subscription).where(
        deliveries.c.state == "waiting", which
    )
    for row in connection.execute(query).all():
        reasons = sa.select(delivery_items.c.reasons).where(delivery_items.c.delivery_id == row.id)
        asked = {reason for each in connection.execute(reasons).scalars() for reason in each}
        if (asked or {row.subscription}) == {name}:
            values = {"state": "discarded", "answer": why}
            connection.execute(sa.update(deliveries).where(deliveries.c.id == row.id).values(values))
