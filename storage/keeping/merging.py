"""Two pages that turn out to be one: what hung on the one hangs on the other.

The sightings of the first stay where they are, in a chain that nobody may alter; the other page takes copies of them
into its own. What is derived is not touched here: rebuilding both pages settles it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.models import addresses, followed, links, listings, page_sources, pages, record_ids, record_keys
from storage.models import sightings as sighting_table
from storage.sightings import Sighting

POINTING = (
    (page_sources, "page_id"),
    (followed, "page_id"),
    (followed, "from_page_id"),
    (links, "from_page_id"),
    (links, "to_page_id"),
)


def sightings_to_take(connection: sa.Connection, page_id: int) -> Iterator[Sighting]:
    """A page's sightings in order of arrival, as they can be added to another's chain."""
    query = sa.select(sighting_table).where(sighting_table.c.page_id == page_id)
    for row in connection.execute(query.order_by(sighting_table.c.number)).all():
        yield Sighting(
            seen_at=row.seen_at,
            address=row.address,
            origin=row.origin,
            outcome=row.outcome,
            good=row.good,
            status=row.status,
            blob_id=row.blob_id,
            headers=_pairs(row.headers),
            asked=_pairs(row.asked),
            taken_by=row.taken_by,
            answered_from=row.answered_from,
            reason=row.reason,
            screenshot_id=row.screenshot_id,
        )


def move_over(connection: sa.Connection, old: int, new: int, now: datetime) -> None:
    """Addresses, sources, links and record ids of the page `old` become those of `new`; `old` is looked at no more."""
    connection.execute(sa.update(addresses).where(addresses.c.page_id == old).values(page_id=new))
    for table, column in POINTING:
        _repoint(connection, table, column, old, new)
    connection.execute(sa.delete(listings).where(listings.c.page_id.in_((old, new))))
    _move_records(connection, old, new)
    connection.execute(
        sa.update(pages)
        .where(pages.c.id == old)
        .values(merged_into=new, paused_at=now, next_check_at=None, spec={})
    )


def _repoint(connection: sa.Connection, table: sa.Table, column: str, old: int, new: int) -> None:
    """Rows that name the one page name the other, unless there is such a row already."""
    key = [part.name for part in table.primary_key]
    for row in connection.execute(sa.select(table).where(table.c[column] == old)).all():
        mine = sa.and_(*(table.c[name] == getattr(row, name) for name in key))
        wanted = {name: new if name == column else getattr(row, name) for name in key}
        there = sa.and_(*(table.c[name] == value for name, value in wanted.items()))
        if column in key and connection.execute(sa.select(table.c[column]).where(there)).first():
            connection.execute(sa.delete(table).where(mine))
        else:
            connection.execute(sa.update(table).where(mine).values({column: new}))


def _move_records(connection: sa.Connection, old: int, new: int) -> None:
    """Record ids go on to resolve: of two that bear one key the old page's redirects to the new page's."""
    query = sa.select(record_keys)
    known = {
        (r.kind, r.key): r.record_id for r in connection.execute(query.where(record_keys.c.page_id == new))
    }
    moved = connection.execute(query.where(record_keys.c.page_id == old)).all()
    connection.execute(sa.update(record_ids).where(record_ids.c.page_id == old).values(page_id=new))
    connection.execute(sa.delete(record_keys).where(record_keys.c.page_id == old))
    for row in moved:
        stays = known.get((row.kind, row.key))
        if stays is None:
            values = {"page_id": new, "kind": row.kind, "key": row.key, "record_id": row.record_id}
            connection.execute(sa.insert(record_keys).values(values))
        elif stays != row.record_id:
            there = sa.and_(record_ids.c.id == row.record_id, record_ids.c.redirect_to.is_(None))
            connection.execute(sa.update(record_ids).where(there).values(redirect_to=stays))


def _pairs(stored: Any) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(value)) for name, value in stored or ())
