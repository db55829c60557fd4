"""Looks that showed a page in doubt: evidence outside the history until the doubt is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.models import sightings
from storage.sightings import content_type

OUTCOME = "suspect"


@dataclass(frozen=True, slots=True)
class Doubted:
    """A stored look that was doubted."""

    sighting_id: int
    seen_at: datetime
    blob_id: int
    address: str
    content_type: str | None


def since(connection: sa.Connection, page_id: int, moment: datetime) -> list[Doubted]:
    """The doubted looks at a page from a moment on, oldest first."""
    query = sa.select(sightings).where(
        sightings.c.page_id == page_id,
        ~sightings.c.good,
        sightings.c.seen_at >= moment,
        sightings.c.outcome == OUTCOME,
    )
    return [
        Doubted(
            row.id,
            row.seen_at,
            row.blob_id,
            row.answered_from or row.address,
            content_type(row.headers),
        )
        for row in connection.execute(query.order_by(sightings.c.seen_at))
    ]


def accept(connection: sa.Connection, looks: list[Doubted]) -> None:
    """They were the page after all: from now on they count as good. The chain says nothing of that and stays."""
    ids = [look.sighting_id for look in looks]
    connection.execute(sa.update(sightings).where(sightings.c.id.in_(ids)).values(good=True))
