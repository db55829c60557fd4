"""Messages as they are planned: written by the thousand, in the transaction that marks their changes as planned.

What was said in a message is known by its fold and change: one fold never holds a change twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from storage.engine import Encoded
from storage.models import deliveries, delivery_items

T = TypeVar("T")

_PLANNERS_LOCK = 7_041_776_002
AT_A_TIME = 5_000
"""Rows that are handed to the database together: memory for more is of no use."""


@dataclass(slots=True)
class Message:
    """A message that takes items: one to be written, or one that waits in the database and was not tried yet.

    `since` is where a digest's period begins; it ends at `due_at`. With `keeps_hour` it waits for its hour, otherwise
    only for company.
    """

    id: str
    channel: str
    target: str
    fold: str
    due_at: datetime
    digest: bool = False
    subscription: str | None = None
    keeps_hour: bool = False
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Promised:
    """A change in a message. `fold` is what must not hear of the change twice, whatever message it goes in."""

    message: str
    change_id: str
    fold: str
    payload: Mapping[str, Any]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """That a message holds a change. It `is_waiting` where nobody has tried to send it yet: it can be put right."""

    number: int
    message: str
    change_id: str
    channel: str
    target: str
    fold: str
    reasons: tuple[str, ...]
    is_waiting: bool


def message_id(fold: str, first: str) -> str:
    """An id for life, made of the fold and what is first in it: a restored database promises the same under it."""
    return f"msg_{hashlib.sha256(f'{fold} {first}'.encode()).hexdigest()[:24]}"


def hold(connection: sa.Connection) -> None:
    """Keep other planners out until the transaction ends. SQLite has one writer anyhow."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_PLANNERS_LOCK)))


def open_messages(connection: sa.Connection, now: datetime) -> dict[str, Message]:
    """Those that still take items, by fold; nobody else may send them before this transaction ends.

    An alert takes them until it is due, a digest (which must not miss the end of its period) until it is sent.
    """
    columns = [getattr(deliveries.c, name) for name in Message.__slots__]
    open_still = sa.or_(deliveries.c.digest, deliveries.c.next_attempt_at > now)
    query = sa.select(*columns).where(*_UNTRIED, open_still)
    found = connection.execute(query.order_by(deliveries.c.number).with_for_update())
    return {row.fold: Message(**row._mapping) for row in found}


def ends_of_digests(connection: sa.Connection, folds: Collection[str], now: datetime) -> dict[str, datetime]:
    """When the last digest of each fold was due, sent or not; one that was discarded before its hour ended nothing."""
    ended = sa.or_(deliveries.c.state != "discarded", deliveries.c.due_at <= now)
    query = sa.select(deliveries.c.fold, sa.func.max(deliveries.c.due_at)).where(ended)
    query = query.group_by(deliveries.c.fold)
    ends: dict[str, datetime] = {}
    for part in _parts(sorted(folds)):
        found = connection.execute(query.where(deliveries.c.fold.in_(part), deliveries.c.digest))
        ends.update((row[0], row[1]) for row in found)
    return ends


def heard(connection: sa.Connection, ids: Collection[str]) -> dict[str, list[Heard]]:
    """Who was told of these changes, by change."""
    found: dict[str, list[Heard]] = {}
    query = sa.select(
        delivery_items.c.number,
        delivery_items.c.change_id,
        delivery_items.c.fold,
        delivery_items.c.reasons,
        deliveries.c.id,
        deliveries.c.channel,
        deliveries.c.target,
        sa.and_(*_UNTRIED).label("is_waiting"),
    ).join(deliveries, deliveries.c.id == delivery_items.c.delivery_id)
    query = query.order_by(delivery_items.c.number).with_for_update(of=deliveries)
    for part in _parts(sorted(ids)):
        for row in connection.execute(query.where(delivery_items.c.change_id.in_(part))):
            one = Heard(
                row.number,
                row.id,
                row.change_id,
                row.channel,
                row.target,
                row.fold,
                tuple(row.reasons),
                bool(row.is_waiting),
            )
            found.setdefault(row.change_id, []).append(one)
    return found


def write(connection: sa.Connection, messages: Sequence[Message], now: datetime) -> None:
    """New messages; their items follow in the same transaction."""
    for part in _parts(messages):
        rows = [
            {
                **{name: getattr(message, name) for name in Message.__slots__},
                "created_at": now,
                "next_attempt_at": message.due_at,
                "state": "waiting",
            }
            for message in part
        ]
        connection.execute(sa.insert(deliveries), rows)


def write_items(connection: sa.Connection, items: Sequence[Promised]) -> None:
    """Items of messages that are written. A payload that many share is encoded once."""
    for part in _parts(items):
        encoded = {id(value): value for item in part for value in (item.payload, item.reasons)}
        texts = {number: Encoded(json.dumps(value)) for number, value in encoded.items()}
        rows = [
            {
                "delivery_id": item.message,
                "change_id": item.change_id,
                "fold": item.fold,
                "payload": texts[id(item.payload)],
                "reasons": texts[id(item.reasons)],
            }
            for item in part
        ]
        connection.execute(sa.insert(delivery_items), rows)


def bring_forward(connection: sa.Connection, message: Message) -> None:
    """Its hour has become an earlier one."""
    hour = {"due_at": message.due_at, "next_attempt_at": message.due_at}
    connection.execute(sa.update(deliveries).where(deliveries.c.id == message.id).values(hour))


def put_right(connection: sa.Connection, said: Heard, payload: Mapping[str, Any]) -> None:
    """Say of a change what is known now, in a message that waits."""
    mine = delivery_items.c.number == said.number
    connection.execute(sa.update(delivery_items).where(mine).values(payload=dict(payload)))


def take_out(connection: sa.Connection, said: Heard) -> None:
    """Leave a change out of a message that waits; one that holds nothing any more goes with it."""
    connection.execute(sa.delete(delivery_items).where(delivery_items.c.number == said.number))
    others = sa.select(delivery_items.c.number).where(delivery_items.c.delivery_id == said.message)
    if connection.execute(others.limit(1)).first() is None:
        connection.execute(sa.delete(deliveries).where(deliveries.c.id == said.message))


_UNTRIED = (
    deliveries.c.state == "waiting",
    deliveries.c.attempts == 0,
    deliveries.c.claimed_until.is_(None),
)


def _parts(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), AT_A_TIME):
        yield rows[start : start + AT_A_TIME]
