"""What would go out if sending went on now: for whoever decides whether it may."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.models import changes, deliveries, delivery_items

NEWEST = 5


@dataclass(frozen=True, slots=True)
class Message:
    """A message that waits: to whom it goes and the first of what it tells (empty in a digest without changes)."""

    channel: str
    target: str
    created_at: datetime
    due_at: datetime
    tells: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """`unplanned` are changes of which no message was made yet; a message counts for each subscription in it."""

    messages: int
    subscriptions: Mapping[str, int]
    newest: tuple[Message, ...]
    unplanned: int


def waiting(connection: sa.Connection) -> Waiting:
    """All that waits, by subscription, and the newest of it."""
    is_waiting = deliveries.c.state == "waiting"
    number = connection.execute(sa.select(sa.func.count()).where(is_waiting)).scalar_one()
    query = sa.select(deliveries).where(is_waiting).order_by(deliveries.c.number.desc()).limit(NEWEST)
    newest = tuple(
        Message(row.channel, row.target, row.created_at, row.due_at, _tells(connection, row.id))
        for row in connection.execute(query).all()
    )
    unplanned = sa.select(sa.func.count()).where(changes.c.state == "open")
    return Waiting(number, _subscriptions(connection), newest, connection.execute(unplanned).scalar_one())


def _subscriptions(connection: sa.Connection) -> dict[str, int]:
    asked = (
        sa.select(deliveries.c.id, deliveries.c.subscription, delivery_items.c.reasons)
        .outerjoin(delivery_items, delivery_items.c.delivery_id == deliveries.c.id)
        .where(deliveries.c.state == "waiting")
        .order_by(deliveries.c.number)
    )
    named = {
        (row.id, name) for row in connection.execute(asked) for name in (row.reasons or [row.subscription])
    }
    return dict(sorted(Counter(name for _, name in named if name).items()))


def _tells(connection: sa.Connection, delivery_id: str) -> str:
    query = sa.select(delivery_items.c.payload).where(delivery_items.c.delivery_id == delivery_id)
    payload = connection.execute(query.order_by(delivery_items.c.number).limit(1)).scalar()
    return str(payload["summary"]) if payload else ""
