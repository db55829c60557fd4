"""What stands behind a change: the sightings around it, and the way along the hash chain to the page's head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import captures
from storage.changes import Change
from storage.models import blobs, pages, sightings

AFTER = 3
"""So many sightings after the change are shown with it."""


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a page's chain, with all that its hash is made of (`storage.captures.link`)."""

    number: int
    seen_at: datetime
    address: str
    status: int
    sha256: str
    link: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where a page's chain ends today."""

    page: str
    number: int
    link: str


def sightings_around(connection: sa.Connection, change: Change) -> list[Any]:
    """Rows from the first sighting of the old answer to some after that of the new, in order of time.

    Of a long run of the old answer only the first and those since it was last seen. Rows have `sha256` and
    `removed_at` of their bytes.
    """
    since = change.last_seen_before or change.first_seen_after
    before = captures.at(connection, change.page_id, since)
    first = before.first_seen_at if before else since
    query = (
        sa.select(sightings, blobs.c.sha256, blobs.c.removed_at)
        .outerjoin(blobs, sightings.c.blob_id == blobs.c.id)
        .where(sightings.c.page_id == change.page_id)
        .order_by(sightings.c.seen_at, sightings.c.number)
    )
    times = sightings.c.seen_at
    between = times.between(since, change.first_seen_after)
    found = list(connection.execute(query.where(sa.or_(times == first, between))))
    found += connection.execute(query.where(times > change.first_seen_after).limit(AFTER))
    return found


def chain_from(connection: sa.Connection, page_id: int, number: int) -> tuple[str, list[Link]]:
    """The link before a sighting's (empty before the first), and every link from it to the page's head."""
    query = (
        sa.select(sightings, blobs.c.sha256)
        .outerjoin(blobs, sightings.c.blob_id == blobs.c.id)
        .where(sightings.c.page_id == page_id, sightings.c.number >= number - 1)
        .order_by(sightings.c.number)
    )
    found = [_link(row) for row in connection.execute(query)]
    before = [link.link for link in found if link.number < number]
    return (before[0] if before else "", [link for link in found if link.number >= number])


def heads(connection: sa.Connection) -> list[Head]:
    """Where every page's chain ends today, by address."""
    query = sa.select(pages).where(pages.c.arrivals > 0).order_by(pages.c.key)
    return [Head(row.url, row.arrivals, bytes(row.chain_head).hex()) for row in connection.execute(query)]


def heads_text(found: Sequence[Head]) -> bytes:
    """Chain heads, a line each: what a time stamp or a digest is made of."""
    return "".join(f"{head.link} {head.number} {head.page}\n" for head in found).encode()


def _link(row: Any) -> Link:
    return Link(
        number=row.number,
        seen_at=row.seen_at,
        address=row.address,
        status=row.status,
        sha256=bytes(row.sha256).hex() if row.sha256 is not None else "",
        link=bytes(row.chain).hex(),
    )
