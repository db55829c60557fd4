"""How many rows stand in each state, for pages that are looked at: exactly while they are few."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

MOST = 10_000
"""Rows that are counted; of more it is said that there are more."""


def up_to(connection: sa.Connection, column: sa.Column[str], values: Sequence[str]) -> dict[str, int]:
    """How many rows have each value of an indexed column, `MOST` + 1 where there are more; values of none left out."""
    parts = []
    for value in values:
        some = sa.select(sa.literal(1)).where(column == value).limit(MOST + 1).subquery()
        count = sa.select(sa.func.count()).select_from(some).scalar_subquery()
        parts.append(sa.select(sa.literal(value), count))
    return {row[0]: row[1] for row in connection.execute(sa.union_all(*parts)) if row[1]}
