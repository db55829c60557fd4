"""Numbers that bound and pace our requests: budgets and limits of a day, what is spent of them, scales, pauses.

A budget, limit, sum or scale is of one source, or of all together; `name_of` says which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from storage.models import pace

BUDGET, LIMIT, SPENT, SCALE = "budget", "limit", "spent", "scale"
"""Looks a day that are wanted; requests a day that may be; those of a day; of adaptive looks."""


def name_of(kind: str, source: str | None = None) -> str:
    """The name of a number: `budget` of all together, `budget:apec` of a source."""
    return f"{kind}:{source}" if source else kind


def declare(connection: sa.Connection, said: Mapping[str, float | None], now: datetime) -> None:
    """The budgets and limits of the watchlist take the place of those before."""
    known = declared(connection)
    wanted = {name: float(value) for name, value in said.items() if value is not None}
    drop(connection, known.keys() - wanted.keys())
    for name, value in wanted.items():
        if known.get(name) != value:
            put(connection, name, value, now)


def declared(connection: sa.Connection) -> dict[str, float]:
    """Every budget and limit by its name."""
    return {name: value for kind in (BUDGET, LIMIT) for name, (value, _) in of_kind(connection, kind).items()}


def of_kind(connection: sa.Connection, kind: str) -> dict[str, tuple[float, datetime]]:
    """The numbers of one kind by name, each with its moment."""
    mine = sa.or_(pace.c.name == kind, pace.c.name.startswith(f"{kind}:", autoescape=True))
    return {row.name: (row.value, row.at) for row in connection.execute(sa.select(pace).where(mine))}


def get(connection: sa.Connection, names: Sequence[str]) -> dict[str, tuple[float, datetime]]:
    """Numbers by name, as far as they are there."""
    rows = connection.execute(sa.select(pace).where(pace.c.name.in_(names)))
    return {row.name: (row.value, row.at) for row in rows}


def put(connection: sa.Connection, name: str, value: float, at: datetime) -> None:
    """Keep a number, in the place of an older one of that name."""
    statement = sa.text(
        "INSERT INTO pace (name, value, at) VALUES (:name, :value, :at) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value, at = excluded.at"
    ).bindparams(sa.bindparam("at", type_=pace.c.at.type))
    connection.execute(statement, {"name": name, "value": value, "at": at})


def drop(connection: sa.Connection, names: set[str]) -> None:
    """Forget numbers."""
    connection.execute(sa.delete(pace).where(pace.c.name.in_(sorted(names))))


def spend(connection: sa.Connection, name: str, day: datetime, most: float) -> bool:
    """Count one more to the sum of the day that began so; False, and nothing counted, where it is spent.

    The row is held from here to the end of the transaction: two processes never spend the same request.
    """
    begin = sa.text("INSERT INTO pace (name, value, at) VALUES (:name, 0, :at) ON CONFLICT (name) DO NOTHING")
    begin = begin.bindparams(sa.bindparam("at", type_=pace.c.at.type))
    connection.execute(begin, {"name": name, "at": day})
    mine = pace.c.name == name
    connection.execute(sa.update(pace).where(mine, pace.c.at < day).values(value=0, at=day))
    counted = connection.execute(
        sa.update(pace).where(mine, pace.c.value < most).values(value=pace.c.value + 1)
    )
    return counted.rowcount == 1
