"""Pages that were added on the web, by API or by a command: the database's own watchlist, beside the file's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.models import JSON, Id, UTCDateTime, metadata

additions = sa.Table(
    "additions",
    metadata,
    sa.Column("page_id", Id, sa.ForeignKey("pages.id"), primary_key=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("profile", sa.Text),
    # as a page of the watchlist is written: url, name, check ...
    sa.Column("said", JSON, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),  # web | api | cli
    sa.Column("added_by", sa.Text, nullable=False),
    sa.Column("added_at", UTCDateTime, nullable=False),
    # how the file has the same page looked at, where it names it too: what holds once the addition is taken back
    sa.Column("declared", JSON),
)


@dataclass(frozen=True, slots=True)
class Addition:
    """An added page: the source that it is in, what it says as the watchlist would write it, who added it, and when."""

    page_id: int
    source: str
    profile: str | None
    said: Mapping[str, Any]
    origin: str
    added_by: str
    added_at: datetime
    declared: Mapping[str, Any] | None = None


def add(connection: sa.Connection, addition: Addition) -> None:
    """One more page. The caller has made sure that it was not added before."""
    row = {name: getattr(addition, name) for name in Addition.__slots__}
    connection.execute(sa.insert(additions).values(row))


def all_of(connection: sa.Connection) -> list[Addition]:
    """Every added page, in the order in which they came."""
    query = sa.select(additions).order_by(additions.c.added_at, additions.c.page_id)
    return [_addition(row) for row in connection.execute(query)]


def of_page(connection: sa.Connection, page_id: int) -> Addition | None:
    """How a page was added; None where it was not."""
    row = connection.execute(sa.select(additions).where(additions.c.page_id == page_id)).first()
    return _addition(row) if row else None


def of_source(connection: sa.Connection, source: str) -> list[Addition]:
    """Those that were added to a source."""
    return [addition for addition in all_of(connection) if addition.source == source]


def declare(connection: sa.Connection, page_id: int, spec: Mapping[str, Any] | None) -> None:
    """Note how the file has an added page looked at; None where it does not name it."""
    mine = additions.c.page_id == page_id
    connection.execute(sa.update(additions).where(mine).values(declared=spec))


def remove(connection: sa.Connection, page_id: int) -> None:
    """Forget that a page was added; the page itself stays."""
    connection.execute(sa.delete(additions).where(additions.c.page_id == page_id))


def _addition(row: Any) -> Addition:
    return Addition(**{name: getattr(row, name) for name in Addition.__slots__})
