"""What a digest says beside its changes, kept with its delivery from the first attempt on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from storage.models import deliveries


def frozen(connection: sa.Connection, delivery_id: str) -> Mapping[str, Any] | None:
    """What was gathered for the first attempt; None before it, and for what is tried without being stored."""
    found: Mapping[str, Any] | None = connection.execute(
        sa.select(deliveries.c.extra).where(deliveries.c.id == delivery_id)
    ).scalar()
    return found


def shared(connection: sa.Connection, delivery_id: str) -> Mapping[str, Any] | None:
    """What the same digest says to another of its readers already: gathered once, it is the same for all."""
    mine = sa.select(deliveries).where(deliveries.c.id == delivery_id).subquery()
    query = sa.select(deliveries.c.extra).where(
        deliveries.c.subscription == mine.c.subscription,
        deliveries.c.since == mine.c.since,
        deliveries.c.due_at == mine.c.due_at,
        deliveries.c.extra.is_not(None),
    )
    found: Mapping[str, Any] | None = connection.execute(query.limit(1)).scalar()
    return found


def freeze(connection: sa.Connection, delivery_id: str, told: Mapping[str, Any]) -> Mapping[str, Any]:
    """From now on every attempt says this, or what another process was quicker to keep."""
    connection.execute(
        sa.update(deliveries)
        .where(deliveries.c.id == delivery_id, deliveries.c.extra.is_(None))
        .values(extra=dict(told))
    )
    return frozen(connection, delivery_id) or told
