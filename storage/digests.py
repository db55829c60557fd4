"""What a message says beside its changes: the period of a digest, its frozen data, the mail that it follows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.models import deliveries, delivery_items


def since_of(connection: sa.Connection, delivery_id: str) -> datetime | None:
    """From when on a digest covers; None where that is not known."""
    found: datetime | None = connection.execute(
        sa.select(deliveries.c.since).where(deliveries.c.id == delivery_id)
    ).scalar_one()
    return found


def frozen(connection: sa.Connection, delivery_id: str) -> Mapping[str, Any] | None:
    """What the delivery says beside its changes, as it was first sent; None before that."""
    found: Mapping[str, Any] | None = connection.execute(
        sa.select(deliveries.c.extra).where(deliveries.c.id == delivery_id)
    ).scalar_one()
    return found


def freeze(connection: sa.Connection, delivery_id: str, told: Mapping[str, Any]) -> None:
    """From now on every attempt says just this."""
    connection.execute(
        sa.update(deliveries)
        .where(deliveries.c.id == delivery_id, deliveries.c.extra.is_(None))
        .values(extra=dict(told))
    )


def told_before(
    connection: sa.Connection, delivery_id: str, target: str, change_ids: list[str]
) -> str | None:
    """The first delivery to the same target that told one of these changes, if it was another one."""
    query = (
        sa.select(deliveries.c.id)
        .join(delivery_items, delivery_items.c.delivery_id == deliveries.c.id)
        .where(deliveries.c.target == target, delivery_items.c.change_id.in_(change_ids))
        .where(deliveries.c.id != delivery_id)
        .order_by(deliveries.c.number)
    )
    return connection.execute(query.limit(1)).scalar()
