"""Looks one by one: above all those that were no page, kept as evidence outside the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from storage.models import blobs, sightings
from storage.sightings import content_type

MOST = 2_000
"""Bad looks that a page's picture takes in; older ones are left out."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a page, as it is stored; `sha256` None where no answer came."""

    page_id: int
    number: int
    seen_at: datetime
    address: str
    origin: str
    outcome: str
    reason: str | None
    good: bool
    status: int
    blob_id: int | None
    sha256: str | None
    size: int
    content_type: str | None
    is_removed: bool


@dataclass(frozen=True, slots=True)
class BadRun:
    """Looks without a good one between them that came out badly in the same way; `number` is the first one's."""

    number: int
    outcome: str
    reason: str
    first: datetime
    last: datetime
    looks: int


def get(connection: sa.Connection, page_id: int, number: int) -> Look | None:
    """A page's look by its number in order of arrival; None where there is none."""
    return _one(connection, _LOOKS.where(sightings.c.page_id == page_id, sightings.c.number == number))


def with_answer(connection: sa.Connection, sha256: bytes) -> Look | None:
    """A look that brought these bytes, good or bad, on whichever page."""
    blob_id = sa.select(blobs.c.id).where(blobs.c.sha256 == sha256).scalar_subquery()
    return _one(connection, _LOOKS.where(sightings.c.blob_id == blob_id))


def bad_runs(connection: sa.Connection, page_id: int, limit: int = MOST) -> list[BadRun]:
    """The page's bad looks, of the newest so many, in runs; the newest first."""
    kept = sightings.c
    query = (
        sa.select(kept.number, kept.seen_at, kept.outcome, kept.reason)
        .where(kept.page_id == page_id, ~kept.good)
        .order_by(kept.seen_at.desc())
        .limit(limit)
    )
    found = sorted(connection.execute(query), key=lambda row: row.number)
    runs = groupby(enumerate(found), key=lambda one: (one[1].number - one[0], *_manner(one[1])))
    return [_run([row for _, row in run]) for _, run in runs][::-1]


_LOOKS = sa.select(sightings, blobs.c.sha256, blobs.c.size, blobs.c.removed_at).outerjoin(
    blobs, blobs.c.id == sightings.c.blob_id
)


def _one(connection: sa.Connection, query: sa.Select[Any]) -> Look | None:
    row = connection.execute(query.limit(1)).first()
    return _look(row) if row else None


def _look(row: Any) -> Look:
    return Look(
        page_id=row.page_id,
        number=row.number,
        seen_at=row.seen_at,
        address=row.answered_from or row.address,
        origin=row.origin,
        outcome=row.outcome,
        reason=row.reason,
        good=row.good,
        status=row.status,
        blob_id=row.blob_id,
        sha256=bytes(row.sha256).hex() if row.sha256 else None,
        size=row.size or 0,
        content_type=content_type(row.headers),
        is_removed=row.removed_at is not None,
    )


def _manner(row: Any) -> tuple[str, str]:
    return row.outcome, row.reason or ""


def _run(rows: Sequence[Any]) -> BadRun:
    first, last = rows[0], rows[-1]
    return BadRun(first.number, *_manner(first), first.seen_at, last.seen_at, len(rows))
