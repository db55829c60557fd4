"""Which processes are at work: each says so again and again; one that is silent for long is taken for dead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.models import UTCDateTime, metadata
from storage.work.leases import is_dead

BEAT = timedelta(seconds=10)
"""How often a process says that it lives."""
SILENT = timedelta(seconds=35)
"""For so long it may be silent: two beats may be lost."""
FORGOTTEN = timedelta(hours=1)

processes = sa.Table(
    "processes",
    metadata,
    sa.Column("owner", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("doing", sa.Text, nullable=False),
    sa.Column("began_at", UTCDateTime, nullable=False),
    sa.Column("beat_at", UTCDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Process:
    """A process as it last spoke: its `kind` is the command that it runs, `doing` what it does, in words."""

    owner: str
    kind: str
    doing: str
    began_at: datetime
    beat_at: datetime
    is_alive: bool

    @property
    def name(self) -> str:
        """`work, process 4711 on harbour-2`."""
        machine, pid, *_ = self.owner.rsplit("/", 3)
        return f"{self.kind}, process {pid} on {machine}"


def beat(connection: sa.Connection, owner: str, kind: str, doing: str, now: datetime) -> None:
    """Say that we live. Who has been silent for an hour is forgotten."""
    said = {"doing": doing, "beat_at": now}
    mine = sa.update(processes).where(processes.c.owner == owner).values(said)
    if connection.execute(mine).rowcount == 0:
        connection.execute(sa.insert(processes).values(owner=owner, kind=kind, began_at=now, **said))
    connection.execute(sa.delete(processes).where(processes.c.beat_at < now - FORGOTTEN))


def leave(connection: sa.Connection, owner: str) -> None:
    """Say that we end, on purpose."""
    connection.execute(sa.delete(processes).where(processes.c.owner == owner))


def listed(connection: sa.Connection, now: datetime) -> list[Process]:
    """All that did not say that they end, by kind, the oldest first."""
    rows = connection.execute(sa.select(processes).order_by(processes.c.kind, processes.c.began_at)).all()
    return [
        Process(**row._mapping, is_alive=row.beat_at >= now - SILENT and not is_dead(row.owner))
        for row in rows
    ]
