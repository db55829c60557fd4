"""robots.txt answers, kept up to a day (RFC 9309 section 2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.models import robots


@dataclass(frozen=True, slots=True)
class StoredRobots:
    """The answer for `origin`'s robots.txt; status 0 where none came."""

    status: int
    body: bytes
    fetched_at: datetime


def get(connection: sa.Connection, origin: str) -> StoredRobots | None:
    """The last answer, however old."""
    row = connection.execute(sa.select(robots).where(robots.c.origin == origin)).first()
    return StoredRobots(row.status, bytes(row.body), row.fetched_at) if row else None


def put(connection: sa.Connection, origin: str, answer: StoredRobots) -> None:
    """Keep the newest answer."""
    connection.execute(sa.delete(robots).where(robots.c.origin == origin))
    values = {
        "origin": origin,
        "status": answer.status,
        "body": answer.body,
        "fetched_at": answer.fetched_at,
    }
    connection.execute(sa.insert(robots).values(values))
