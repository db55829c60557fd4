"""Holding back what goes out: after a restore nothing is sent until somebody who saw what waits releases it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.models import UTCDateTime, metadata

SENDING = "sending"

# What is held back, since when and why; no row, no hold.
holds = sa.Table(
    "holds",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("since", UTCDateTime, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Hold:
    """Sending is held back."""

    since: datetime
    reason: str

    def __str__(self) -> str:
        return (
            f"Nothing is sent since {self.since:%Y-%m-%d %H:%M} UTC: {self.reason}. "
            "wgwatch deliveries release --dry-run shows what waits; without --dry-run it goes out"
        )


def hold(connection: sa.Connection, reason: str, now: datetime) -> None:
    """Send nothing from now on; where that is so already, the first reason stays."""
    if held(connection) is None:
        connection.execute(sa.insert(holds).values(name=SENDING, since=now, reason=reason))


def held(connection: sa.Connection) -> Hold | None:
    """The hold, if there is one."""
    row = connection.execute(_HELD).first()
    return None if row is None else Hold(row.since, row.reason)


_HELD = sa.select(holds.c.since, holds.c.reason).where(holds.c.name == SENDING)


def release(connection: sa.Connection) -> bool:
    """Send again; False where nothing was held."""
    return connection.execute(sa.delete(holds).where(holds.c.name == SENDING)).rowcount == 1
