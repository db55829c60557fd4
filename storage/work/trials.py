"""Pages whose look may have ended the process that looked: how often each was tried since it last went well.

A mark stands only while a doubtful page is being looked at: what is found here was never taken away, as nobody lived
to do so.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from storage.models import Id, UTCDateTime, metadata, pages

MOST = 3
"""A page that ended so many processes is set aside."""

trials = sa.Table(
    "trials",
    metadata,
    sa.Column("page_id", Id, sa.ForeignKey("pages.id"), primary_key=True, autoincrement=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("begun_at", UTCDateTime, nullable=False),
)


def open_ones(connection: sa.Connection) -> dict[int, int]:
    """How many tries did not come back, or not yet, by page: few at any time."""
    return {row.page_id: row.tries for row in connection.execute(sa.select(trials))}


def begin(connection: sa.Connection, page_id: int, now: datetime) -> None:
    """Count a try, to be committed before it is made."""
    mine = sa.update(trials).where(trials.c.page_id == page_id)
    if connection.execute(mine.values(tries=trials.c.tries + 1, begun_at=now)).rowcount == 0:
        connection.execute(sa.insert(trials).values(page_id=page_id, tries=1, begun_at=now))


def end(connection: sa.Connection, page_id: int) -> None:
    """It came back: the page is none of those."""
    connection.execute(sa.delete(trials).where(trials.c.page_id == page_id))


def set_aside(connection: sa.Connection) -> list[tuple[str, datetime | None]]:
    """The addresses of pages that ended too many processes, and when each is tried again."""
    query = sa.select(pages.c.url, pages.c.next_check_at).join(trials, trials.c.page_id == pages.c.id)
    rows = connection.execute(query.where(trials.c.tries >= MOST).order_by(pages.c.url))
    return [(row.url, row.next_check_at) for row in rows]
