"""Deliveries: messages promised to an address, each with an id for life, its items, and a log of attempts.

States: `waiting` (due now or later), `sent`, `dead` (given up, listed, can be sent again), `discarded` (by hand).
A waiting delivery is claimed for a while by whoever sends it (`storage.sending.claims`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.models import deliveries, delivery_attempts, delivery_items
from storage.tallies import up_to

STATES = ("waiting", "sent", "dead", "discarded")


@dataclass(frozen=True, slots=True)
class Item:
    """A change in a delivery, with the payload that it was planned with and the subscriptions that asked for it."""

    change_id: str
    payload: Mapping[str, Any]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one address. A digest says whose `subscription` it is and where its period begins (`since`)."""

    id: str
    channel: str
    target: str
    fold: str
    digest: bool
    created_at: datetime
    due_at: datetime
    state: str
    attempts: int
    next_attempt_at: datetime
    sent_at: datetime | None
    answer: str | None
    subscription: str | None = None
    since: datetime | None = None
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at sending."""

    at: datetime
    outcome: str
    answer: str | None


def close_folds(connection: sa.Connection, now: datetime) -> None:
    """What waits only for company goes out now; digests, and what came in quiet hours, keep their hour."""
    connection.execute(
        sa.update(deliveries)
        .where(deliveries.c.state == "waiting", ~deliveries.c.keeps_hour, deliveries.c.attempts == 0)
        .where(deliveries.c.due_at > now)
        .values(due_at=now, next_attempt_at=now)
    )


def again(connection: sa.Connection, delivery_id: str, now: datetime) -> bool:
    """Send a dead, discarded or waiting delivery (again) at the next round, under its old id.

    One that is being sent at this moment stays with whoever sends it.
    """
    done = connection.execute(
        sa.update(deliveries)
        .where(deliveries.c.id == delivery_id, deliveries.c.state != "sent")
        .values(state="waiting", due_at=now, next_attempt_at=now)
    )
    return done.rowcount == 1


def discard(connection: sa.Connection, delivery_id: str) -> bool:
    """Never send it."""
    done = connection.execute(
        sa.update(deliveries)
        .where(deliveries.c.id == delivery_id, deliveries.c.state.in_(("waiting", "dead")))
        .values(state="discarded")
    )
    return done.rowcount == 1


def get(connection: sa.Connection, delivery_id: str) -> Delivery:
    """A delivery with its items, in the order in which they were planned."""
    row = connection.execute(_BY_ID, {"of_delivery": delivery_id}).one()
    return _delivery(row, items_of(connection, delivery_id))


_BY_ID = sa.select(deliveries).where(deliveries.c.id == sa.bindparam("of_delivery"))


def find(connection: sa.Connection, beginning: str) -> Delivery | None:
    """A delivery by its id or an unambiguous beginning of it."""
    whole = sa.select(deliveries.c.id).where(deliveries.c.id == beginning)
    query = sa.select(deliveries.c.id).where(deliveries.c.id.startswith(beginning, autoescape=True)).limit(2)
    ids = connection.execute(whole).scalars().all() or connection.execute(query).scalars().all()
    return get(connection, ids[0]) if len(ids) == 1 else None


def listed(
    connection: sa.Connection,
    states: Sequence[str] = (),
    *,
    channel: str | None = None,
    target: str | None = None,
    since: datetime | None = None,
) -> list[Delivery]:
    """Deliveries, oldest first, without their items. `target` is a part of one; `since` is of their planning."""
    query = sa.select(deliveries).order_by(deliveries.c.number)
    if states:
        query = query.where(deliveries.c.state.in_(states))
    if channel:
        query = query.where(deliveries.c.channel == channel)
    if target:
        query = query.where(deliveries.c.target.icontains(target, autoescape=True))
    if since:
        query = query.where(deliveries.c.created_at >= since)
    return [_delivery(row, ()) for row in connection.execute(query)]


def from_rows(rows: Iterable[Any]) -> list[Delivery]:
    """The deliveries that stand in whole rows of the table, without their items."""
    return [_delivery(row, ()) for row in rows]


def items_of(connection: sa.Connection, delivery_id: str) -> tuple[Item, ...]:
    """The items of a delivery, the most important first, else in the order in which they were promised."""
    rows = connection.execute(_ITEMS_OF, {"of_delivery": delivery_id}).all()
    items = [Item(row.change_id, row.payload, tuple(row.reasons)) for row in rows]
    return tuple(sorted(items, key=lambda item: -item.payload["importance"]))


_ITEMS_OF = (
    sa.select(delivery_items)
    .where(delivery_items.c.delivery_id == sa.bindparam("of_delivery"))
    .order_by(delivery_items.c.number)
)


def attempts_of(connection: sa.Connection, delivery_id: str) -> list[Attempt]:
    """The log of a delivery."""
    query = sa.select(delivery_attempts).where(delivery_attempts.c.delivery_id == delivery_id)
    rows = connection.execute(query.order_by(delivery_attempts.c.id))
    return [Attempt(row.at, row.outcome, row.answer) for row in rows]


def counts(connection: sa.Connection) -> dict[str, int]:
    """How many deliveries stand in each state."""
    query = sa.select(deliveries.c.state, sa.func.count()).group_by(deliveries.c.state)
    return {row[0]: row[1] for row in connection.execute(query)}


def tallies(connection: sa.Connection) -> dict[str, int]:
    """The same, of many in a state only that there are many (`storage.tallies`): quick however many there are."""
    return up_to(connection, deliveries.c.state, STATES)


def next_due(connection: sa.Connection) -> datetime | None:
    """When the next waiting delivery is to be tried."""
    query = sa.select(sa.func.min(deliveries.c.next_attempt_at)).where(deliveries.c.state == "waiting")
    return connection.execute(query).scalar()


def _delivery(row: Any, items: tuple[Item, ...]) -> Delivery:
    names = [name for name in Delivery.__slots__ if name != "items"]
    return Delivery(**{name: getattr(row, name) for name in names}, items=items)
