"""How often something was tried lately, counted for all processes together."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.models import UTCDateTime, metadata

attempts = sa.Table(
    "attempts",
    metadata,
    # the hash of what is counted: people type passwords where names belong
    sa.Column("bucket", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("ends_at", UTCDateTime, nullable=False),
)

# one statement, so that of two who try at once each is counted; both databases know it so
_COUNT = sa.text(
    "INSERT INTO attempts (bucket, number, ends_at) VALUES (:bucket, 1, :ends_at) "
    "ON CONFLICT (bucket) DO UPDATE SET "
    "number = CASE WHEN attempts.ends_at <= :now THEN 1 ELSE attempts.number + 1 END, "
    "ends_at = CASE WHEN attempts.ends_at <= :now THEN excluded.ends_at ELSE attempts.ends_at END "
    "RETURNING number, ends_at"
).bindparams(sa.bindparam("ends_at", type_=UTCDateTime), sa.bindparam("now", type_=UTCDateTime))


@dataclass(frozen=True, slots=True)
class Tally:
    """How often it was tried, this time included, since the count began; when the count ends."""

    number: int
    ends_at: datetime


def count(connection: sa.Connection, what: str, now: datetime, window: timedelta) -> Tally:
    """One more try. A count that ended begins anew with it."""
    said = {"bucket": _bucket(what), "ends_at": now + window, "now": now}
    row = connection.execute(_COUNT.columns(number=sa.Integer, ends_at=UTCDateTime), said).one()
    return Tally(row.number, row.ends_at)


def give_back(connection: sa.Connection, what: str) -> None:
    """The last try does not count: it was right."""
    mine = (attempts.c.bucket == _bucket(what), attempts.c.number > 0)
    connection.execute(sa.update(attempts).where(*mine).values(number=attempts.c.number - 1))


def forget(connection: sa.Connection, now: datetime) -> None:
    """Counts that ended."""
    connection.execute(sa.delete(attempts).where(attempts.c.ends_at <= now))


def _bucket(what: str) -> str:
    return hashlib.sha256(what.encode()).hexdigest()
