"""Marks of noise: parts of a page that differ at every look, learned or set by hand. Kept, never rebuilt.

A mark is `watching` while it is not sure, `active`, or `cleared`: taken back by hand and not learned again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.models import noise

WHOLE_PAGE = ""
"""The section of a mark that counts for all of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A pattern in a section of a page. `origin` is learned or set; `times` it differed, last at `last_at`."""

    id: int = 0
    section: str
    pattern: str
    origin: str
    state: str
    times: int
    last_at: datetime
    examples: tuple[str, ...] = ()


def of_page(connection: sa.Connection, page_id: int) -> list[Mark]:
    """All marks of a page, in the order in which they came."""
    return [_mark(row) for row in connection.execute(_OF_PAGE, {"of_page": page_id})]


_OF_PAGE = sa.select(noise).where(noise.c.page_id == sa.bindparam("of_page")).order_by(noise.c.id)


def active(connection: sa.Connection, page_id: int) -> frozenset[tuple[str, str]]:
    """What is noise on a page, as section and pattern."""
    return frozenset(
        (mark.section, mark.pattern) for mark in of_page(connection, page_id) if mark.state == "active"
    )


def pages_watched(connection: sa.Connection, page_ids: Iterable[int]) -> set[int]:
    """Those of the pages on which something is watched."""
    query = sa.select(noise.c.page_id).where(noise.c.page_id.in_(list(page_ids)), noise.c.state == "watching")
    return set(connection.execute(query).scalars())


def replace_watched(connection: sa.Connection, page_id: int, marks: Iterable[Mark]) -> None:
    """What is watched from now on, or learned by now, in the place of what was watched."""
    watched = (noise.c.page_id == page_id, noise.c.state == "watching")
    connection.execute(sa.delete(noise).where(*watched))
    if rows := [_row(page_id, mark) for mark in marks]:
        connection.execute(sa.insert(noise), rows)


def put(connection: sa.Connection, page_id: int, mark: Mark) -> None:
    """A mark in the place of whatever is known of its pattern."""
    same = (noise.c.section == mark.section, noise.c.pattern == mark.pattern)
    connection.execute(sa.delete(noise).where(noise.c.page_id == page_id, *same))
    connection.execute(sa.insert(noise), [_row(page_id, mark)])


def clear(connection: sa.Connection, page_id: int, mark_id: int) -> bool:
    """Take a mark back; answers whether there is one. A learned one is remembered, so as not to be learned again."""
    mine = (noise.c.page_id == page_id, noise.c.id == mark_id)
    origin = connection.execute(sa.select(noise.c.origin).where(*mine)).scalar()
    if origin == "set":
        connection.execute(sa.delete(noise).where(*mine))
    elif origin is not None:
        connection.execute(sa.update(noise).where(*mine).values(state="cleared"))
    return origin is not None


def _row(page_id: int, mark: Mark) -> dict[str, Any]:
    return {
        "page_id": page_id,
        "section": mark.section,
        "pattern": mark.pattern,
        "origin": mark.origin,
        "state": mark.state,
        "times": mark.times,
        "last_at": mark.last_at,
        "examples": list(mark.examples),
    }


def _mark(row: Any) -> Mark:
    return Mark(
        id=row.id,
        section=row.section,
        pattern=row.pattern,
        origin=row.origin,
        state=row.state,
        times=row.times,
        last_at=row.last_at,
        examples=tuple(row.examples),
    )
