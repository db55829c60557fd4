"""Targets: what holds for all messages that wait for one address. It may be gone for good, or be there again."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from storage.models import deliveries, gone_targets
from storage.sending.silenced import all_gone


def mark_gone(connection: sa.Connection, channel: str, target: str, reason: str, now: datetime) -> int:
    """Disable a target and give up what waits for it; answers how many messages that were.

    What somebody is sending there at this moment settles itself.
    """
    if not any((gone.channel, gone.target) == (channel, target) for gone in all_gone(connection)):
        row = {"channel": channel, "target": target, "at": now, "reason": reason}
        connection.execute(sa.insert(gone_targets).values(row))
    given_up = connection.execute(
        sa.update(deliveries)
        .where(*_waiting(channel, target), deliveries.c.claimed_by.is_(None))
        .values(state="dead", answer=f"not sent: {reason}")
    )
    return given_up.rowcount


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
