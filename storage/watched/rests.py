"""Pages that an operator paused by hand: still wanted, and not looked at until they are resumed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.models import Id, UTCDateTime, metadata

rests = sa.Table(
    "rests",
    metadata,
    sa.Column("page_id", Id, sa.ForeignKey("pages.id"), primary_key=True),
    sa.Column("paused_by", sa.Text, nullable=False),
    sa.Column("paused_at", UTCDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Rest:
    """Who paused a page, and when."""

    page_id: int
    paused_by: str
    paused_at: datetime


def begin(connection: sa.Connection, rest: Rest) -> None:
    """A page rests. The caller has made sure that it did not before."""
    row = {"page_id": rest.page_id, "paused_by": rest.paused_by, "paused_at": rest.paused_at}
    connection.execute(sa.insert(rests).values(row))


def of_page(connection: sa.Connection, page_id: int) -> Rest | None:
    """Whether a page rests."""
    row = connection.execute(sa.select(rests).where(rests.c.page_id == page_id)).first()
    return Rest(row.page_id, row.paused_by, row.paused_at) if row else None


def page_ids(connection: sa.Connection) -> list[int]:
    """All pages that rest."""
    return list(connection.execute(sa.select(rests.c.page_id).order_by(rests.c.page_id)).scalars())


def end(connection: sa.Connection, ended: Collection[int]) -> None:
    """These rest no more."""
    connection.execute(sa.delete(rests).where(rests.c.page_id.in_(list(ended))))
