"""Sources and subscriptions as every process reads them: brought in from the watchlist, or added elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.models import sources, subscriptions


@dataclass(frozen=True, slots=True)
class Stored:
    """A source or subscription: its name, where it was declared, what it says (as written in the watchlist)."""

    id: int
    name: str
    origin: str
    spec: Mapping[str, Any]
    paused_at: datetime | None


def put_source(
    connection: sa.Connection, name: str, spec: Mapping[str, Any], origin: str = "watchlist"
) -> int:
    """Declare a source, or declare it anew; answers its number."""
    return _put(connection, sources, name, {"spec": dict(spec), "origin": origin})


def put_subscription(
    connection: sa.Connection, name: str, spec: Mapping[str, Any], origin: str = "watchlist"
) -> int:
    """Declare a subscription, or declare it anew. One that was paused by hand stays paused."""
    return _put(connection, subscriptions, name, {"spec": dict(spec), "origin": origin, "left_at": None})


def leave(connection: sa.Connection, kept: set[str], now: datetime, origin: str = "watchlist") -> None:
    """Subscriptions that the watchlist no longer names hear nothing more."""
    connection.execute(
        sa.update(subscriptions)
        .where(subscriptions.c.origin == origin, subscriptions.c.name.not_in(kept))
        .where(subscriptions.c.left_at.is_(None))
        .values(left_at=now)
    )


def active(connection: sa.Connection) -> list[Stored]:
    """Those that hear of changes now."""
    return [stored for stored in all_of(connection) if stored.paused_at is None]


def all_of(connection: sa.Connection) -> list[Stored]:
    """Every subscription that is declared, paused ones too."""
    query = sa.select(subscriptions).where(subscriptions.c.left_at.is_(None)).order_by(subscriptions.c.id)
    return [
        Stored(row.id, row.name, row.origin, row.spec, row.paused_at) for row in connection.execute(query)
    ]


def pause(connection: sa.Connection, name: str, at: datetime | None) -> bool:
    """Pause a subscription, or (with None) let it hear again; False where there is none of that name."""
    done = connection.execute(
        sa.update(subscriptions).where(subscriptions.c.name == name).values(paused_at=at)
    )
    return done.rowcount == 1


def source_names(connection: sa.Connection) -> list[str]:
    """The names of all sources."""
    return list(connection.execute(sa.select(sources.c.name).order_by(sources.c.name)).scalars())


def sources_of(connection: sa.Connection) -> list[Stored]:
    """Every source, as it was declared."""
    query = sa.select(sources).order_by(sources.c.id)
    return [
        Stored(row.id, row.name, row.origin, row.spec, row.paused_at) for row in connection.execute(query)
    ]


def source_id(connection: sa.Connection, name: str) -> int | None:
    """The number of a source."""
    return connection.execute(sa.select(sources.c.id).where(sources.c.name == name)).scalar()


def _put(connection: sa.Connection, table: sa.Table, name: str, values: dict[str, Any]) -> int:
    found = connection.execute(sa.select(table.c.id).where(table.c.name == name)).scalar()
    if found is None:
        row = {"name": name, **values}
        return int(connection.execute(sa.insert(table).values(row).returning(table.c.id)).scalar_one())
    connection.execute(sa.update(table).where(table.c.id == found).values(values))
    return int(found)
