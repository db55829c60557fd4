"""Who sends a delivery: whoever claims it, for a while. A claim that ran out is free again, as is a dead process's."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage import deliveries as stored
from storage.deliveries import Delivery
from storage.models import UTCDateTime, deliveries, delivery_attempts
from storage.sending import holds
from storage.work import leases

PIECE = 50
"""Deliveries that are looked through at once for some to claim; many more of the same target may wait behind them."""


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
    others. `room` says how many a channel takes, where that is less than `limit`. While sending is held there are
    none.
    """
    if holds.held(connection) is not None:
        return []
    left_of, left, dead = dict(takes or {}), dict(room or {}), _dead(connection)
    mine: list[str] = []
    is_more = True
    while is_more and len(mine) < limit:
        is_more = False
        ready = {**_ready(now, left_of, left), "dead": dead}
        for row in connection.execute(_NEXT, ready).all():
            takes_it = left_of.setdefault(row.target, 1) > 0 and left.setdefault(row.channel, limit) > 0
            claimed = {**ready, "of_delivery": row.id, "of_owner": owner, "until": now + term}
            if len(mine) < limit and takes_it and connection.execute(_CLAIM, claimed).rowcount == 1:
                is_more = True
                mine.append(row.id)
                left_of[row.target] -= 1
                left[row.channel] -= 1
    return [stored.get(connection, delivery_id) for delivery_id in mine]


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
    asked = {**_ready(now, takes or {}, room or {}), "of_owner": owner}
    return connection.execute(_ANY, asked).first() is not None


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
    said = {"of_delivery": delivery_id, "outcome": outcome, "said": answer}
    if outcome == "sent":
        connection.execute(_SENT, said | {"at": now})
    else:  # what was discarded meanwhile stays so
        connection.execute(_NOT_SENT, said | {"of_owner": owner, "retry_at": retry_at})
    attempt = {"delivery_id": delivery_id, "at": now, "outcome": outcome, "answer": answer}
    connection.execute(sa.insert(delivery_attempts), attempt)


def _ready(now: datetime, takes: Mapping[str, int], room: Mapping[str, int]) -> dict[str, Any]:
    return {
        "now": now,
        "full": [target for target, left in takes.items() if left <= 0],
        "closed": [channel for channel, left in room.items() if left <= 0],
    }


def _dead(connection: sa.Connection) -> list[str]:
    """Claimants that are no more."""
    claimants = connection.execute(_CLAIMANTS).scalars()
    return [name for name in claimants if leases.is_dead(name)]


# Made once: at each of thousands of messages it takes longer to put such a statement together than to run it.
_IS_DUE = (
    deliveries.c.state == "waiting",
    deliveries.c.next_attempt_at <= sa.bindparam("now"),
    deliveries.c.target.not_in(sa.bindparam("full", expanding=True)),
    deliveries.c.channel.not_in(sa.bindparam("closed", expanding=True)),
)
_IS_FREE = sa.or_(
    deliveries.c.claimed_until.is_(None),
    deliveries.c.claimed_until <= sa.bindparam("now"),
    deliveries.c.claimed_by.in_(sa.bindparam("dead", expanding=True)),
)
_IS_OTHERS = sa.or_(deliveries.c.claimed_by.is_(None), deliveries.c.claimed_by != sa.bindparam("of_owner"))
_IS_MEANT = deliveries.c.id == sa.bindparam("of_delivery")
_CLAIMANTS = sa.select(deliveries.c.claimed_by).where(deliveries.c.claimed_by.is_not(None)).distinct()
_ANY = sa.select(deliveries.c.id).where(*_IS_DUE, _IS_OTHERS).limit(1)
_NEXT = (
    sa.select(deliveries.c.id, deliveries.c.channel, deliveries.c.target)
    .where(*_IS_DUE, _IS_FREE)
    .order_by(deliveries.c.next_attempt_at, deliveries.c.number)
    .limit(PIECE)
    .with_for_update(skip_locked=True)
)
_CLAIM = (
    sa.update(deliveries)
    .where(_IS_MEANT, *_IS_DUE, _IS_FREE)
    .values(claimed_by=sa.bindparam("of_owner"), claimed_until=sa.bindparam("until"))
)
_SETTLED = (
    sa.update(deliveries)
    .where(_IS_MEANT)
    .values(
        state=sa.bindparam("outcome"),
        attempts=deliveries.c.attempts + 1,
        answer=sa.bindparam("said"),
        claimed_by=None,
        claimed_until=None,
    )
)
_SENT = _SETTLED.values(sent_at=sa.bindparam("at"))
_TRY_AGAIN_AT = sa.func.coalesce(sa.bindparam("retry_at", type_=UTCDateTime), deliveries.c.next_attempt_at)
_IS_OURS = sa.and_(deliveries.c.claimed_by == sa.bindparam("of_owner"), deliveries.c.state == "waiting")
_NOT_SENT = _SETTLED.where(_IS_OURS).values(sent_at=None, next_attempt_at=_TRY_AGAIN_AT)
