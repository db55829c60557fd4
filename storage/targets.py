"""Targets: what holds for all messages to one address, above all that it is gone for good.

Nothing is planned for a target that is gone, and nothing sent, until somebody says that it is there again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.models import deliveries, gone_targets


@dataclass(frozen=True, slots=True)
class Gone:
    """A target that said it is no more: a webhook that answered 410, a mailbox that does not exist."""

    channel: str
    target: str
    at: datetime
    reason: str


def mark_gone(connection: sa.Connection, channel: str, target: str, reason: str, now: datetime) -> int:
    """Disable a target and give up what waits for it; answers how many messages that were.

    What somebody is sending there at this moment settles itself.
    """
    if not any(gone.target == target for gone in all_gone(connection, channel)):
        row = {"channel": channel, "target": target, "at": now, "reason": reason}
        connection.execute(sa.insert(gone_targets).values(row))
    given_up = connection.execute(
        sa.update(deliveries)
        .where(*_waiting(channel, target), deliveries.c.claimed_by.is_(None))
        .values(state="dead", answer=f"not sent: {reason}")
    )
    return given_up.rowcount


def all_gone(connection: sa.Connection, channel: str | None = None) -> list[Gone]:
    """The targets that are gone, the first one first."""
    query = sa.select(gone_targets).order_by(gone_targets.c.id)
    if channel is not None:
        query = query.where(gone_targets.c.channel == channel)
    return [Gone(row.channel, row.target, row.at, row.reason) for row in connection.execute(query)]


def enable(connection: sa.Connection, channel: str, target: str) -> bool:
    """Take a target for one that is there again; False where it was not gone."""
    mine = (gone_targets.c.channel == channel, gone_targets.c.target == target)
    return connection.execute(sa.delete(gone_targets).where(*mine)).rowcount == 1


def hasten(connection: sa.Connection, channel: str, target: str | None, now: datetime) -> None:
    """What was tried in vain is due now: the target (with None, the whole channel) takes messages again."""
    connection.execute(
        sa.update(deliveries)
        .where(*_waiting(channel, target), deliveries.c.attempts > 0, deliveries.c.next_attempt_at > now)
        .values(next_attempt_at=now)
    )


def _waiting(channel: str, target: str | None) -> list[sa.ColumnElement[bool]]:
    found = [deliveries.c.state == "waiting", deliveries.c.channel == channel]
    return found if target is None else [*found, deliveries.c.target == target]
