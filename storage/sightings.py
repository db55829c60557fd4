"""Sightings: every look at a page, good or bad, kept for ever.

A page's sightings form a hash chain in order of arrival: each link is
SHA-256(previous link, time, address, status, SHA-256 of the body), so none can be altered or taken out unseen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from storage import blobs
from storage.models import pages, sightings


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One look, as it is stored. `good` says that the answer was the page; only such sightings make captures.

    `asked` are the request's headers, `taken_by` who looked where not we, `answered_from` where redirects ended,
    `screenshot_id` the blob of a picture of a page that a browser rendered.
    """

    seen_at: datetime
    address: str
    origin: str
    outcome: str
    good: bool
    status: int
    blob_id: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    reason: str | None = None
    asked: tuple[tuple[str, str], ...] = ()
    taken_by: str | None = None
    answered_from: str | None = None
    screenshot_id: int | None = None


def add(connection: sa.Connection, page_id: int, sighting: Sighting) -> int:
    """Append to the page's chain; answers the sighting's id. The caller holds the page's row."""
    sha256 = blobs.sha256_of(connection, sighting.blob_id) if sighting.blob_id is not None else b""
    [row], [head] = _linked(connection, [(page_id, sighting, sha256)])
    sighting_id = connection.execute(_ADD, row).scalar_one()
    connection.execute(_SET_HEAD, head)
    return int(sighting_id)


def add_all(connection: sa.Connection, found: Sequence[tuple[int, Sighting, bytes]]) -> None:
    """The same for one sighting each of many pages, with the hash of its body. The caller holds their rows."""
    rows, heads = _linked(connection, found)
    connection.execute(sa.insert(sightings), rows)
    connection.execute(_SET_HEAD, heads)


_ADD = sa.insert(sightings).returning(sightings.c.id)
_ENDS = sa.select(pages.c.id, pages.c.arrivals, pages.c.chain_head).where(
    pages.c.id.in_(sa.bindparam("of_pages", expanding=True))
)
_SET_HEAD = (
    sa.update(pages)
    .where(pages.c.id == sa.bindparam("of_page"))
    .values(arrivals=sa.bindparam("number"), chain_head=sa.bindparam("head"))
)


def _linked(
    connection: sa.Connection, found: Sequence[tuple[int, Sighting, bytes]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of sightings at the ends of their pages' chains, and the new ends."""
    wanted = {"of_pages": [page_id for page_id, _, _ in found]}
    ends = {row.id: row for row in connection.execute(_ENDS, wanted)}
    rows, heads = [], []
    for page_id, sighting, sha256 in found:
        number, chain = ends[page_id].arrivals + 1, link(ends[page_id].chain_head, sighting, sha256)
        rows.append(_row(page_id, number, chain, sighting))
        heads.append({"of_page": page_id, "number": number, "head": chain})
    return rows, heads


def _row(page_id: int, number: int, chain: bytes, sighting: Sighting) -> dict[str, Any]:
    return {
        "page_id": page_id,
        "number": number,
        "seen_at": sighting.seen_at,
        "address": sighting.address,
        "origin": sighting.origin,
        "outcome": sighting.outcome,
        "good": sighting.good,
        "status": sighting.status,
        "blob_id": sighting.blob_id,
        "headers": [list(pair) for pair in sighting.headers] or None,
        "asked": [list(pair) for pair in sighting.asked] or None,
        "taken_by": sighting.taken_by,
        "answered_from": sighting.answered_from,
        "reason": sighting.reason,
        "screenshot_id": sighting.screenshot_id,
        "chain": chain,
    }


def link(previous: bytes | None, sighting: Sighting, sha256: bytes) -> bytes:
    """The chain's next link over what never changes of a sighting's answer."""
    said = f"{sighting.seen_at.astimezone(UTC).isoformat()}\n{sighting.address}\n{sighting.status}\n{sha256.hex()}"
    return hashlib.sha256((previous or b"") + said.encode()).digest()


def already_seen(connection: sa.Connection, page_id: int, seen_at: datetime, blob_id: int) -> bool:
    """Whether this very answer at this very time is known (a repeated import adds nothing)."""
    query = sa.select(sightings.c.id).where(
        sightings.c.page_id == page_id, sightings.c.seen_at == seen_at, sightings.c.blob_id == blob_id
    )
    return connection.execute(query).first() is not None


def known_at(connection: sa.Connection, page_id: int, seen_at: datetime, address: str) -> bool:
    """Whether any answer of this address at this very time is known, good or bad."""
    mine = (sightings.c.page_id == page_id, sightings.c.seen_at == seen_at, sightings.c.address == address)
    return connection.execute(sa.select(sightings.c.id).where(*mine)).first() is not None


def times_known(connection: sa.Connection, page_id: int) -> set[datetime]:
    """When others looked, as far as imports brought it, good or bad."""
    mine = (sightings.c.page_id == page_id, sightings.c.origin == "import")
    return set(connection.execute(sa.select(sightings.c.seen_at).where(*mine)).scalars())


def good_at(connection: sa.Connection, page_id: int, seen_at: datetime) -> int | None:
    """The blob that was seen at exactly this time, if any was."""
    query = sa.select(sightings.c.blob_id).where(
        sightings.c.page_id == page_id, sightings.c.good, sightings.c.seen_at == seen_at
    )
    return connection.execute(query).scalar()


def discount(connection: sa.Connection, page_id: int, seen_at: datetime, blob_id: int, reason: str) -> None:
    """An answer counts no longer: another of the very same moment does."""
    mine = (sightings.c.page_id == page_id, sightings.c.seen_at == seen_at, sightings.c.blob_id == blob_id)
    connection.execute(sa.update(sightings).where(*mine).values(good=False, reason=reason))


def of_page(connection: sa.Connection, page_id: int) -> Iterator[Any]:
    """The page's sightings in order of arrival, as rows."""
    query = sa.select(sightings).where(sightings.c.page_id == page_id).order_by(sightings.c.number)
    yield from connection.execute(query)


def content_type(headers: Iterable[Iterable[str]] | None) -> str | None:
    """The Content-Type among stored headers."""
    for name, value in headers or ():
        if name.lower() == "content-type":
            return value
    return None
