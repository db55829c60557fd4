"""Whether what is stored is what it was: the bytes of blobs by their hashes, the looks of a page by their chain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from config.errors import DamageError
from storage import blobs, sightings
from storage.models import blobs as blob_table
from storage.models import pages
from storage.models import sightings as sighting_table
from storage.sightings import Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is broken. `page` is an address, `sighting` the number of a look on it."""

    what: str
    sha256: str | None = None
    page: str | None = None
    sighting: int | None = None

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Checked:
    """The problems of all blobs; `spoilt` are those that cannot be read, by number."""

    problems: tuple[Problem, ...]
    number: int
    removed: int
    spoilt: frozenset[int]


def check_blobs(connection: sa.Connection, page_id: int | None = None) -> Checked:
    """Decode every blob once, or those that a page's looks saw, each behind the one that it is stored against."""
    tree = _Tree(connection)
    wanted = None if page_id is None else _of_page(connection, page_id)
    broken = {} if wanted is not None and not wanted else dict(tree.walk(tree.with_bases(wanted)))
    problems = [
        Problem(what=said, sha256=tree.sha256(blob_id), page=page, sighting=number)
        for blob_id, said in sorted(broken.items())
        for page, number in _first_looks(connection, blob_id)
    ]
    number = len(tree.rows if wanted is None else wanted)
    removed = sum(row.removed for blob_id, row in tree.rows.items() if wanted is None or blob_id in wanted)
    return Checked(tuple(problems), number, removed, frozenset(broken))


def check_chain(connection: sa.Connection, page_id: int) -> list[Problem]:
    """Compute a page's chain anew: the first look that breaks it, and where its end is not the page's head."""
    page = connection.execute(sa.select(pages).where(pages.c.id == page_id)).one()
    previous, number = None, 0
    for number, row in enumerate(sightings.of_page(connection, page_id), 1):
        sha256 = blobs.sha256_of(connection, row.blob_id) if row.blob_id is not None else b""
        if row.number != number:
            return [
                Problem(what=f"a look is missing before look {row.number}", page=page.url, sighting=number)
            ]
        if bytes(row.chain) != sightings.link(previous, _sighting(row), sha256):
            return [Problem(what="the chain breaks: a look was altered", page=page.url, sighting=number)]
        previous = bytes(row.chain)
    head = bytes(page.chain_head) if page.chain_head is not None else None
    if (number, previous) != (page.arrivals, head):
        return [Problem(what="the chain does not end where the page says", page=page.url, sighting=number)]
    return []


def _sighting(row: Any) -> Sighting:
    return Sighting(
        seen_at=row.seen_at,
        address=row.address,
        origin=row.origin,
        outcome=row.outcome,
        good=row.good,
        status=row.status,
    )


def _of_page(connection: sa.Connection, page_id: int) -> set[int]:
    query = sa.select(sighting_table.c.blob_id, sighting_table.c.screenshot_id).where(
        sighting_table.c.page_id == page_id
    )
    return {blob_id for row in connection.execute(query.distinct()) for blob_id in row if blob_id is not None}


def _first_looks(connection: sa.Connection, blob_id: int) -> list[tuple[str | None, int | None]]:
    """The first look of each page that saw a blob."""
    query = (
        sa.select(pages.c.url, sa.func.min(sighting_table.c.number))
        .join(pages, pages.c.id == sighting_table.c.page_id)
        .where((sighting_table.c.blob_id == blob_id) | (sighting_table.c.screenshot_id == blob_id))
        .group_by(pages.c.url)
        .order_by(pages.c.url)
    )
    return [(url, number) for url, number in connection.execute(query)] or [(None, None)]


class _Tree:
    """All blobs by what they are stored against; without their data, which is fetched one by one."""

    def __init__(self, connection: sa.Connection) -> None:
        columns = (blob_table.c.id, blob_table.c.sha256, blob_table.c.base_id, blob_table.c.depth)
        removed = blob_table.c.removed_at.is_not(None).label("removed")
        self._connection = connection
        self.rows = {row.id: row for row in connection.execute(sa.select(*columns, removed))}
        self._above: dict[int | None, list[int]] = defaultdict(list)
        for blob_id, row in self.rows.items():
            self._above[row.base_id].append(blob_id)

    def sha256(self, blob_id: int) -> str:
        return bytes(self.rows[blob_id].sha256).hex()

    def with_bases(self, wanted: set[int] | None) -> set[int]:
        """These blobs and all that they are stored against; all without any."""
        if wanted is None:
            return set(self.rows)
        found: set[int] = set()
        for blob_id in wanted:
            at: int | None = blob_id
            while at is not None and at in self.rows and at not in found:
                found.add(at)
                at = self.rows[at].base_id
        return found

    def walk(self, wanted: set[int]) -> Iterator[tuple[int, str]]:
        """What is wrong with each broken blob. No more bodies are held than a chain is deep."""
        reached = set()
        waiting = [(root, None) for root in self._above[None] if root in wanted]
        waiting_bodies: list[tuple[int, bytes | None]] = list(waiting)
        while waiting_bodies:
            blob_id, base = waiting_bodies.pop()
            reached.add(blob_id)
            body, said = self._decoded(blob_id, base)
            above = [each for each in self._above[blob_id] if each in wanted]
            if said is not None:
                yield blob_id, said
                for spoilt in self._all_above(above):
                    reached.add(spoilt)
                    yield (
                        spoilt,
                        f"cannot be read: it is stored against {self.sha256(blob_id)}, which is broken",
                    )
                continue
            waiting_bodies += [(each, body) for each in above]
        for blob_id in wanted - reached:
            yield blob_id, "stored bytes are damaged: it is stored against itself"

    def _all_above(self, above: list[int]) -> Iterator[int]:
        for blob_id in above:
            yield blob_id
            yield from self._all_above(self._above[blob_id])

    def _decoded(self, blob_id: int, base: bytes | None) -> tuple[bytes | None, str | None]:
        row = self._connection.execute(sa.select(blob_table).where(blob_table.c.id == blob_id)).one()
        if row.removed_at is not None:
            return None, "bytes of a removed blob are still there" if row.data else None
        below = self.rows.get(row.base_id)
        if below is not None and (below.depth >= row.depth or below.removed):
            return None, "stored bytes are damaged: its base is none"
        try:
            return blobs.decode(row, base), None
        except DamageError:
            return None, "stored bytes are damaged"
