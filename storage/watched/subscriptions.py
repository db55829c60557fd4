"""Sources and subscriptions as every process reads them: brought in from the watchlist, or added elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.access import users
from storage.models import sources, subscriptions


@dataclass(frozen=True, slots=True)
class Stored:
    """A source or subscription: its name, where it was declared, what it says (as written in the watchlist).

    Of a subscription that was made on the web or by API: whose it is, None for the operators', and what the secrets of
    its webhook are derived from, the newest first.
    """

    id: int
    name: str
    origin: str
    spec: Mapping[str, Any]
    paused_at: datetime | None
    hears_since: datetime | None = None
    owner_id: int | None = None
    salts: tuple[str, ...] = ()


def put_source(
    connection: sa.Connection, name: str, spec: Mapping[str, Any], origin: str = "watchlist"
) -> int:
    """Declare a source, or declare it anew; answers its number."""
    return _put(connection, sources, name, {"spec": dict(spec), "origin": origin})


def put_subscription(
    connection: sa.Connection,
    name: str,
    spec: Mapping[str, Any],
    now: datetime,
    origin: str = "watchlist",
    owner_id: int | None = None,
    salts: Sequence[str] = (),
) -> int:
    """Declare a subscription, or declare it anew. One that was paused by hand stays paused.

    One that is new, or comes back, hears of what is found from `now` on.
    """
    mine = (subscriptions.c.name == name, subscriptions.c.left_at.is_(None))
    is_known = connection.execute(sa.select(subscriptions.c.id).where(*mine)).first() is not None
    values = {
        "spec": dict(spec),
        "origin": origin,
        "left_at": None,
        "owner_id": owner_id,
        "salts": list(salts) or None,
    }
    return _put(connection, subscriptions, name, values if is_known else {**values, "hears_since": now})


def leave(connection: sa.Connection, kept: set[str], now: datetime, origin: str = "watchlist") -> list[str]:
    """Subscriptions that the watchlist no longer names hear nothing more; answers their names."""
    mine = (subscriptions.c.origin == origin, subscriptions.c.name.not_in(kept))
    gone = sa.update(subscriptions).where(*mine, subscriptions.c.left_at.is_(None)).values(left_at=now)
    return list(connection.execute(gone.returning(subscriptions.c.name)).scalars())


def remove(connection: sa.Connection, name: str, now: datetime) -> None:
    """One that somebody takes away hears nothing more; one of that name later begins anew, and not paused."""
    mine = subscriptions.c.name == name
    connection.execute(sa.update(subscriptions).where(mine).values(left_at=now, paused_at=None))


def active(connection: sa.Connection) -> list[Stored]:
    """Those that hear of changes now. What a user made writes to the user's address as it is now, if to any."""
    reached = users.reached(connection)
    return [
        stored if stored.owner_id is None else replace(stored, spec={**stored.spec, "email": [address]})
        for stored in all_of(connection)
        if stored.paused_at is None
        if (address := reached.get(stored.owner_id or 0)) or stored.owner_id is None
    ]


def has_any(connection: sa.Connection) -> bool:
    """Whether any is declared."""
    query = sa.select(subscriptions.c.id).where(subscriptions.c.left_at.is_(None)).limit(1)
    return connection.execute(query).first() is not None


def all_of(connection: sa.Connection) -> list[Stored]:
    """Every subscription that is declared, paused ones too."""
    query = sa.select(subscriptions).where(subscriptions.c.left_at.is_(None)).order_by(subscriptions.c.id)
    return [
        Stored(
            row.id,
            row.name,
            row.origin,
            row.spec,
            row.paused_at,
            row.hears_since,
            row.owner_id,
            tuple(row.salts or ()),
        )
        for row in connection.execute(query)
    ]


def find(connection: sa.Connection, name: str) -> Stored | None:
    """A declared subscription by its name, whatever its case."""
    return next((s for s in all_of(connection) if s.name.casefold() == name.casefold()), None)


def pause(connection: sa.Connection, name: str, now: datetime) -> None:
    """It hears nothing until it is resumed."""
    connection.execute(sa.update(subscriptions).where(subscriptions.c.name == name).values(paused_at=now))


def resume(connection: sa.Connection, name: str, now: datetime) -> None:
    """One that was paused hears of what is found from now on."""
    mine = (subscriptions.c.name == name, subscriptions.c.paused_at.is_not(None))
    connection.execute(sa.update(subscriptions).where(*mine).values(paused_at=None, hears_since=now))


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
