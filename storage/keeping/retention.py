"""Which answers' bytes may go, by a rule of what to keep."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from config.retention import Retention
from storage.changes import PUBLISHED
from storage.models import blobs, changes, listings, pages, sightings


def removable(
    connection: sa.Connection, rule: Retention, now: datetime, *, with_proof: bool = False
) -> dict[int, set[int]]:
    """Blobs that no page needs any more, the newest first (others stand on the oldest), with the pages that saw them.

    What proves a published change stays, unless `with_proof`; so does what the next look is compared with.
    """
    seen_on: dict[int, set[int]] = {}
    kept = set(_in_use(connection))
    if not with_proof:
        kept |= _proofs(connection)
    for page_id, runs in _runs(connection):
        staying = rule.kept([moment for moment, _ in runs], now)
        kept |= {blob_id for place, (_, blob_id) in enumerate(runs) if place in staying}
        for _, blob_id in runs:
            seen_on.setdefault(blob_id, set()).add(page_id)
    removed = set(connection.execute(sa.select(blobs.c.id).where(blobs.c.removed_at.is_not(None))).scalars())
    going = sorted(seen_on.keys() - kept - removed, reverse=True)
    return {blob_id: seen_on[blob_id] for blob_id in going}


def kept_as_proof(connection: sa.Connection, rule: Retention, now: datetime) -> int:
    """How many blobs stay only because they prove a published change."""
    return len(removable(connection, rule, now, with_proof=True)) - len(removable(connection, rule, now))


def bytes_of(connection: sa.Connection, blob_id: int) -> int:
    """What a blob takes as stored."""
    query = sa.select(sa.func.length(blobs.c.data)).where(blobs.c.id == blob_id)
    return int(connection.execute(query).scalar_one())


def _runs(connection: sa.Connection) -> Iterator[tuple[int, list[tuple[datetime, int]]]]:
    """Of each page the runs of one answer, good ones and bad ones apart: when each began, and its blob."""
    query = sa.select(
        sightings.c.page_id, sightings.c.good, sightings.c.seen_at, sightings.c.number, sightings.c.blob_id
    )
    rows = connection.execute(
        query.where(sightings.c.blob_id.is_not(None)).order_by(
            sightings.c.page_id, sightings.c.good, sightings.c.seen_at, sightings.c.number
        )
    )
    for (page_id, _), looks in groupby(rows, key=lambda row: (row.page_id, row.good)):
        runs = [list(run) for _, run in groupby(looks, key=lambda row: row.blob_id)]
        yield page_id, [(run[0].seen_at, run[0].blob_id) for run in runs]


def _in_use(connection: sa.Connection) -> Iterator[int]:
    """What a 304 would repeat, what links were taken from, and looks that are in doubt."""
    yield from connection.execute(
        sa.select(pages.c.validated_blob_id).where(pages.c.validated_blob_id.is_not(None))
    ).scalars()
    yield from connection.execute(sa.select(listings.c.blob_id)).scalars()
    in_doubt = sa.select(sightings.c.blob_id).join(pages, pages.c.id == sightings.c.page_id)
    since = sightings.c.seen_at >= pages.c.suspect_since
    yield from connection.execute(in_doubt.where(since, sightings.c.blob_id.is_not(None))).scalars()


def _proofs(connection: sa.Connection) -> set[int]:
    """The answers before and after every published change."""
    published = sa.select(changes.c.payload).where(changes.c.state.in_(PUBLISHED))
    told: set[Any] = set()
    for payload in connection.execute(published).scalars():
        told.update((payload.get("evidence") or {}).values())
    wanted = [bytes.fromhex(sha256) for sha256 in told if isinstance(sha256, str)]
    return {
        blob_id
        for start in range(0, len(wanted), 500)
        for blob_id in connection.execute(
            sa.select(blobs.c.id).where(blobs.c.sha256.in_(wanted[start : start + 500]))
        ).scalars()
    }
