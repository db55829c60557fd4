"""Captures: unbroken runs of sightings of the same answer. Derived, and cut anew where a sighting comes late."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from storage.models import blobs as blob_table
from storage.models import captures, pages, sightings
from storage.sightings import Sighting, content_type

SISTERS = 2
"""So many other pages of its host may lend a page without any past a base: each costs a trial."""


@dataclass(frozen=True, slots=True)
class Capture:
    """An unbroken run of sightings of one answer. Times are of the first and the last of them, UTC."""

    id: int
    page_id: int
    blob_id: int
    sha256: str
    size: int
    address: str
    content_type: str | None
    first_seen_at: datetime
    last_seen_at: datetime
    looks: int
    digest: str | None
    is_removed: bool


def latest(connection: sa.Connection, page_id: int) -> Capture | None:
    """The page's newest capture."""
    row = connection.execute(_LATEST, {"of_page": page_id}).first()
    return _capture(row) if row else None


def latest_of(connection: sa.Connection, page_ids: Sequence[int]) -> dict[int, Capture]:
    """The newest capture of each of the pages that has one."""
    each = captures.alias()
    newest = sa.select(each.c.id).where(each.c.page_id == pages.c.id).order_by(each.c.first_seen_at.desc())
    wanted = sa.select(newest.limit(1).scalar_subquery()).where(pages.c.id.in_(page_ids))
    found = map(_capture, connection.execute(_captures().where(captures.c.id.in_(wanted))))
    return {capture.page_id: capture for capture in found}


def by_number(connection: sa.Connection, capture_id: int) -> int | None:
    """The blob of a capture; None where there is no such capture."""
    return connection.execute(sa.select(captures.c.blob_id).where(captures.c.id == capture_id)).scalar()


def all_of(connection: sa.Connection, page_id: int) -> list[Capture]:
    """The page's captures, oldest first."""
    query = _captures().where(captures.c.page_id == page_id).order_by(captures.c.first_seen_at)
    return [_capture(row) for row in connection.execute(query)]


def get_all(connection: sa.Connection, capture_ids: Sequence[int]) -> list[Capture]:
    """Captures by their numbers, the newest first."""
    query = _captures().where(captures.c.id.in_(capture_ids)).order_by(captures.c.first_seen_at.desc())
    return [_capture(row) for row in connection.execute(query)]


def of_answer(connection: sa.Connection, sha256: bytes) -> list[Capture]:
    """The captures of an answer, on whichever pages, the newest first."""
    query = _captures().where(blob_table.c.sha256 == sha256).order_by(captures.c.first_seen_at.desc())
    return [_capture(row) for row in connection.execute(query.limit(100))]


def at(connection: sa.Connection, page_id: int, moment: datetime) -> Capture | None:
    """The capture that held at a moment: the last whose first sighting is at or before it."""
    query = (
        _captures()
        .where(captures.c.page_id == page_id, captures.c.first_seen_at <= moment)
        .order_by(captures.c.first_seen_at.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return _capture(row) if row else None


def around(connection: sa.Connection, capture: Capture) -> tuple[Capture | None, Capture | None]:
    """The page's versions before and after one."""
    mine, at = _captures().where(captures.c.page_id == capture.page_id), captures.c.first_seen_at
    before = mine.where(at < capture.first_seen_at).order_by(at.desc()).limit(1)
    after = mine.where(at > capture.first_seen_at).order_by(at).limit(1)
    rows = [connection.execute(query).first() for query in (before, after)]
    return (_capture(rows[0]) if rows[0] else None, _capture(rows[1]) if rows[1] else None)


def recent_blobs(connection: sa.Connection, page_id: int, moment: datetime, number: int = 4) -> list[int]:
    """The blobs of the captures around a moment, those next before it last: what a new answer is likely to be like.

    A page without any has those of other pages of its host.
    """
    around = {"of_page": page_id, "moment": moment, "number": number}
    found = list(connection.execute(_BLOBS_BEFORE, around).scalars())
    if not found:
        after = sa.select(captures.c.blob_id).where(
            captures.c.page_id == page_id, captures.c.first_seen_at > moment
        )
        found = list(connection.execute(after.order_by(captures.c.first_seen_at).limit(number)).scalars())
    return list(dict.fromkeys(reversed(found or _blobs_of_sisters(connection, page_id))))


_BLOBS_BEFORE = (
    sa.select(captures.c.blob_id)
    .where(captures.c.page_id == sa.bindparam("of_page"), captures.c.first_seen_at <= sa.bindparam("moment"))
    .order_by(captures.c.first_seen_at.desc())
    .limit(sa.bindparam("number", type_=sa.Integer))
)


def _blobs_of_sisters(connection: sa.Connection, page_id: int) -> list[int]:
    """Of a page without captures: one blob each of the youngest pages of its host, as sites have one layout."""
    host = sa.select(pages.c.host).where(pages.c.id == page_id).scalar_subquery()
    query = (
        sa.select(sa.func.max(captures.c.blob_id))
        .join(pages, pages.c.id == captures.c.page_id)
        .where(pages.c.host == host)
        .group_by(pages.c.id)
        .order_by(pages.c.id.desc())
    )
    return list(connection.execute(query.limit(SISTERS)).scalars())


def extend(connection: sa.Connection, capture: Capture, seen_at: datetime) -> None:
    """One more sighting of the newest capture's answer."""
    connection.execute(
        sa.update(captures)
        .where(captures.c.id == capture.id)
        .values(last_seen_at=seen_at, looks=captures.c.looks + 1)
    )


def extend_all(connection: sa.Connection, seen: Sequence[tuple[int, datetime]]) -> None:
    """The same for many captures (id, time) of different pages."""
    query = sa.update(captures).where(captures.c.id == sa.bindparam("of_capture"))
    values = {"last_seen_at": sa.bindparam("seen_at"), "looks": captures.c.looks + 1}
    rows = [{"of_capture": capture_id, "seen_at": seen_at} for capture_id, seen_at in seen]
    connection.execute(query.values(values), rows)


def begin(
    connection: sa.Connection,
    page_id: int,
    *,
    blob_id: int,
    address: str,
    content_type: str | None,
    seen_at: datetime,
    digest: str,
) -> int:
    """A new capture at the end of the page's history; answers its id."""
    row = {
        "page_id": page_id,
        "blob_id": blob_id,
        "address": address,
        "content_type": content_type,
        "first_seen_at": seen_at,
        "last_seen_at": seen_at,
        "looks": 1,
        "digest": digest,
    }
    return int(connection.execute(_BEGIN, row).scalar_one())


_BEGIN = sa.insert(captures).returning(captures.c.id)


def begin_all(connection: sa.Connection, found: Iterable[tuple[int, Sighting, str]]) -> None:
    """New captures of different pages, each by its first sighting, with its digest."""
    rows = [
        {
            "page_id": page_id,
            "blob_id": first.blob_id,
            "address": first.answered_from or first.address,
            "content_type": content_type(first.headers),
            "first_seen_at": first.seen_at,
            "last_seen_at": first.seen_at,
            "looks": 1,
            "digest": digest,
        }
        for page_id, first, digest in found
    ]
    connection.execute(sa.insert(captures), rows)


def rebuild(connection: sa.Connection, page_id: int) -> list[Capture]:
    """Cut the page's good sightings anew into runs, in order of time. A run that begins as before keeps its id."""
    runs = _runs(connection, page_id)
    old = {capture.first_seen_at: capture for capture in all_of(connection, page_id)}
    wanted = {run[0].seen_at: run for run in runs}
    stale = [capture.id for start, capture in old.items() if not _same_start(capture, wanted.get(start))]
    if stale:
        connection.execute(sa.delete(captures).where(captures.c.id.in_(stale)))
    for start, run in wanted.items():
        _put_run(connection, page_id, run, old.get(start))
    return all_of(connection, page_id)


def cut(connection: sa.Connection, page_id: int) -> list[tuple[datetime, datetime, int, int]]:
    """What `rebuild` would make, nothing written: first and last look, number of looks and blob of each run."""
    return [(run[0].seen_at, run[-1].seen_at, len(run), run[0].blob_id) for run in _runs(connection, page_id)]


def looks_since(connection: sa.Connection, moment: datetime) -> dict[int, int]:
    """How many looks of ours there were at each watched page from a moment on, good or bad."""
    mine = (sightings.c.page_id == pages.c.id, sightings.c.good.in_((True, False)))
    ours = (sightings.c.seen_at >= moment, sightings.c.origin == "check")
    number = sa.select(sa.func.count()).where(*mine, *ours).scalar_subquery()
    query = sa.select(pages.c.id, number.label("looks")).where(pages.c.paused_at.is_(None))
    return {row.id: row.looks for row in connection.execute(query)}


def set_digest(connection: sa.Connection, capture_id: int, digest: str) -> None:
    """What the reading rules of today make of the capture's bytes."""
    connection.execute(sa.update(captures).where(captures.c.id == capture_id).values(digest=digest))


def neighbours(
    connection: sa.Connection, page_id: int, moment: datetime
) -> tuple[datetime | None, datetime | None]:
    """The last good look at or before a moment, and the first after it."""
    times = sightings.c.seen_at
    mine = (sightings.c.page_id == page_id, sightings.c.good)
    before = connection.execute(sa.select(sa.func.max(times)).where(*mine, times <= moment)).scalar()
    after = connection.execute(sa.select(sa.func.min(times)).where(*mine, times > moment)).scalar()
    return before, after


def _captures() -> sa.Select[Any]:
    kept = (captures.c[name] for name in ("id", "page_id", "blob_id"))
    seen = ("address", "content_type", "first_seen_at", "last_seen_at", "looks", "digest")
    bytes_ = (blob_table.c.sha256, blob_table.c.size)
    columns = (*kept, *bytes_, *(captures.c[name] for name in seen), blob_table.c.removed_at)
    return sa.select(*columns).join(blob_table, captures.c.blob_id == blob_table.c.id)


_LATEST = (
    _captures()
    .where(captures.c.page_id == sa.bindparam("of_page"))
    .order_by(captures.c.first_seen_at.desc())
    .limit(1)
)


def _capture(row: Any) -> Capture:
    number, page_id, blob_id, sha256, *said, removed_at = row
    values: tuple[Any, ...] = (number, page_id, blob_id, bytes(sha256).hex(), *said, removed_at is not None)
    return Capture(*values)


def _runs(connection: sa.Connection, page_id: int) -> list[list[Any]]:
    """The page's good sightings in order of time, those of one answer together; none where another page tells them."""
    here = sa.select(pages.c.id).where(pages.c.merged_into.is_(None))
    query = (
        sa.select(sightings)
        .where(sightings.c.page_id == page_id, sightings.c.good, sightings.c.page_id.in_(here))
        .order_by(sightings.c.seen_at, sightings.c.number)
    )
    return [list(run) for _, run in groupby(connection.execute(query), key=lambda row: row.blob_id)]


def _same_start(capture: Capture, run: list[Any] | None) -> bool:
    return run is not None and run[0].blob_id == capture.blob_id


def _put_run(connection: sa.Connection, page_id: int, run: list[Any], old: Capture | None) -> None:
    said = next((row for row in run if row.headers), run[0])
    values = {"last_seen_at": run[-1].seen_at, "looks": len(run)}
    if old is not None and old.blob_id == run[0].blob_id:
        connection.execute(sa.update(captures).where(captures.c.id == old.id).values(values))
        return
    first = {
        "page_id": page_id,
        "blob_id": run[0].blob_id,
        "address": run[0].answered_from or run[0].address,
        "content_type": content_type(said.headers),
        "first_seen_at": run[0].seen_at,
    }
    connection.execute(sa.insert(captures).values(first | values))
