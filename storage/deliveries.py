"""Deliveries: messages promised to an address, each with an id for life, its items, and a log of attempts.

States: `waiting` (due now or later), `sent`, `dead` (given up, listed, can be sent again), `discarded` (by hand).
A waiting delivery is claimed for a while by whoever sends it; a claim that ran out is free again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage import holds, leases
from storage.models import deliveries, delivery_attempts, delivery_items

PIECE = 50
"""Deliveries that are looked through at once for some to claim; many more of the same target may wait behind them."""


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


def claim(
    connection: sa.Connection,
    owner: str,
    now: datetime,
    *,
    limit: int,
    term: timedelta,
    takes: Mapping[str, int] | None = None,
    room: Mapping[str, int] | None = None,
) -> list[Delivery]:
    """Due deliveries, ours until the term ends: the claim is a conditional update, so nobody else has them.

    `takes` says how many a target takes, one where it is not named: a target with many waiting leaves room for the
    others. `room` says how many a channel takes, where that is less than `limit`. While sending is held there
    are none.
    """
    if holds.held(connection) is not None:
        return []
    free, left_of, left = _free(connection, now), dict(takes or {}), dict(room or {})
    mine: list[str] = []
    is_more = True
    while is_more and len(mine) < limit:
        is_more = False
        ready = (*_due(now, left_of, left), free)
        for row in connection.execute(_NEXT.where(*ready)).all():
            takes_it = left_of.setdefault(row.target, 1) > 0 and left.setdefault(row.channel, limit) > 0
            if len(mine) < limit and takes_it and _claim_one(connection, row.id, ready, owner, now + term):
                is_more = True
                mine.append(row.id)
                left_of[row.target] -= 1
                left[row.channel] -= 1
    return [get(connection, delivery_id) for delivery_id in mine]


_NEXT = (
    sa.select(deliveries.c.id, deliveries.c.channel, deliveries.c.target)
    .order_by(deliveries.c.next_attempt_at, deliveries.c.number)
    .limit(PIECE)
    .with_for_update(skip_locked=True)
)


def renew(
    connection: sa.Connection, ids: Collection[str], owner: str, now: datetime, term: timedelta
) -> None:
    """Hold claims longer, as what they are for still goes on."""
    mine = (deliveries.c.id.in_(ids), deliveries.c.claimed_by == owner)
    connection.execute(sa.update(deliveries).where(*mine).values(claimed_until=now + term))


def any_due(
    connection: sa.Connection,
    now: datetime,
    *,
    takes: Mapping[str, int] | None = None,
    room: Mapping[str, int] | None = None,
    owner: str = "",
) -> bool:
    """Whether anything waits to be tried now, claimed or not, but for what the `owner` has in hand; see `claim`."""
    if holds.held(connection) is not None:
        return False
    others = sa.or_(deliveries.c.claimed_by.is_(None), deliveries.c.claimed_by != owner)
    query = sa.select(deliveries.c.id).where(*_due(now, takes or {}, room or {}), others)
    return connection.execute(query.limit(1)).first() is not None


def settle(
    connection: sa.Connection,
    delivery_id: str,
    owner: str,
    now: datetime,
    *,
    outcome: str,
    answer: str | None,
    retry_at: datetime | None = None,
) -> None:
    """Log an attempt: `sent`, `dead`, or `waiting` for another try at `retry_at`.

    What was sent is sent, whoever has the claim by now; any other outcome counts only as long as it is ours.
    """
    values = {
        "state": outcome,
        "attempts": deliveries.c.attempts + 1,
        "answer": answer,
        "claimed_by": None,
        "claimed_until": None,
        "sent_at": now if outcome == "sent" else None,
    }
    if retry_at is not None:
        values["next_attempt_at"] = retry_at
    mine = [deliveries.c.id == delivery_id]
    if outcome != "sent":  # what was discarded meanwhile stays so
        mine += [deliveries.c.claimed_by == owner, deliveries.c.state == "waiting"]
    connection.execute(sa.update(deliveries).where(*mine).values(values))
    attempt = {"delivery_id": delivery_id, "at": now, "outcome": outcome, "answer": answer}
    connection.execute(sa.insert(delivery_attempts).values(attempt))


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
    row = connection.execute(sa.select(deliveries).where(deliveries.c.id == delivery_id)).one()
    return _delivery(row, items_of(connection, delivery_id))


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
    query = sa.select(delivery_items).where(delivery_items.c.delivery_id == delivery_id)
    rows = connection.execute(query.order_by(delivery_items.c.number)).all()
    items = [Item(row.change_id, row.payload, tuple(row.reasons)) for row in rows]
    return tuple(sorted(items, key=lambda item: -item.payload["importance"]))


def attempts_of(connection: sa.Connection, delivery_id: str) -> list[Attempt]:
    """The log of a delivery."""
    query = sa.select(delivery_attempts).where(delivery_attempts.c.delivery_id == delivery_id)
    rows = connection.execute(query.order_by(delivery_attempts.c.id))
    return [Attempt(row.at, row.outcome, row.answer) for row in rows]


def counts(connection: sa.Connection) -> dict[str, int]:
    """How many deliveries stand in each state."""
    query = sa.select(deliveries.c.state, sa.func.count()).group_by(deliveries.c.state)
    return {row[0]: row[1] for row in connection.execute(query)}


def next_due(connection: sa.Connection) -> datetime | None:
    """When the next waiting delivery is to be tried."""
    query = sa.select(sa.func.min(deliveries.c.next_attempt_at)).where(deliveries.c.state == "waiting")
    return connection.execute(query).scalar()


def _due(now: datetime, takes: Mapping[str, int], room: Mapping[str, int]) -> list[sa.ColumnElement[bool]]:
    full = [target for target, left in takes.items() if left <= 0]
    closed = [channel for channel, left in room.items() if left <= 0]
    return [
        deliveries.c.state == "waiting",
        deliveries.c.next_attempt_at <= now,
        deliveries.c.target.not_in(full),
        deliveries.c.channel.not_in(closed),
    ]


def _free(connection: sa.Connection, now: datetime) -> sa.ColumnElement[bool]:
    """Claimed by nobody, or by somebody whose time is over or who is dead."""
    claimants = sa.select(deliveries.c.claimed_by).where(deliveries.c.claimed_by.is_not(None)).distinct()
    dead = [name for name in connection.execute(claimants).scalars() if leases.is_dead(name)]
    return sa.or_(
        deliveries.c.claimed_until.is_(None),
        deliveries.c.claimed_until <= now,
        deliveries.c.claimed_by.in_(dead),
    )


def _claim_one(
    connection: sa.Connection, delivery_id: str, ready: tuple[Any, ...], owner: str, until: datetime
) -> bool:
    claimed = connection.execute(
        sa.update(deliveries)
        .where(deliveries.c.id == delivery_id, *ready)
        .values(claimed_by=owner, claimed_until=until)
    )
    return claimed.rowcount == 1


def _delivery(row: Any, items: tuple[Item, ...]) -> Delivery:
    names = [name for name in Delivery.__slots__ if name != "items"]
    return Delivery(**{name: getattr(row, name) for name in names}, items=items)
