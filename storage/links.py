"""Which records of several pages are one, and by which keys they find each other. Derived, page by page.

`entity_id` is the id of whichever of them was registered first; a record alone has no row here and is its own entity.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from storage.models import link_keys, observations, record_ids, record_links

Key = tuple[str, str]
"""A kind of record and what it is looked up by."""


def put_keys(
    connection: sa.Connection, page_id: int, scope: str, keys: Mapping[str, Iterable[Key]], *, whole: bool
) -> None:
    """What each record is found under. With `whole` these are all of the page's."""
    stale = link_keys.c.page_id == page_id
    if not whole:
        stale = sa.and_(stale, link_keys.c.record_id.in_(list(keys)))
    connection.execute(sa.delete(link_keys).where(stale))
    rows = [
        {"scope": scope, "kind": kind, "key": key, "record_id": record_id, "page_id": page_id}
        for record_id, found in keys.items()
        for kind, key in sorted(set(found))
    ]
    if rows:
        connection.execute(sa.insert(link_keys), rows)


def sharing(connection: sa.Connection, page_id: int, scope: str, keys: Iterable[Key]) -> set[str]:
    """Records of other pages that are found under any of these keys."""
    of_kind: dict[str, list[str]] = {}
    for kind, key in keys:
        of_kind.setdefault(kind, []).append(key)
    found: set[str] = set()
    for kind, wanted in of_kind.items():
        query = sa.select(link_keys.c.record_id).where(
            link_keys.c.scope == scope,
            link_keys.c.kind == kind,
            link_keys.c.key.in_(wanted),
            link_keys.c.page_id != page_id,
        )
        found.update(connection.execute(query).scalars())
    return found


def entities(connection: sa.Connection, wanted: Iterable[str]) -> dict[str, str]:
    """The entity of every given record that is one with another page's."""
    found: dict[str, str] = {}
    for some in _in_parts(wanted):
        query = sa.select(record_links).where(record_links.c.record_id.in_(some))
        found |= {row.record_id: row.entity_id for row in connection.execute(query)}
    return found


def entities_of_page(connection: sa.Connection, page_id: int) -> dict[str, str]:
    """The same for all records of a page."""
    query = sa.select(record_links).where(record_links.c.page_id == page_id)
    return {row.record_id: row.entity_id for row in connection.execute(query)}


def members(connection: sa.Connection, wanted: Iterable[str]) -> set[str]:
    """All records of these entities."""
    query = sa.select(record_links.c.record_id).where(record_links.c.entity_id.in_(list(wanted)))
    return set(connection.execute(query).scalars())


def versions_of(connection: sa.Connection, wanted: Iterable[str]) -> list[Any]:
    """Every version of these records on all pages, as rows of observations, oldest first."""
    query = sa.select(observations).where(observations.c.record_id.in_(list(wanted)))
    return list(connection.execute(query.order_by(observations.c.first_seen_at, observations.c.id)))


def records_of_page(connection: sa.Connection, page_id: int) -> set[str]:
    """Every record that a page ever showed."""
    query = sa.select(observations.c.record_id).where(observations.c.page_id == page_id).distinct()
    return set(connection.execute(query).scalars())


def own_groups(connection: sa.Connection, page_id: int) -> list[Mapping[str, Any]]:
    """All that a page ever said of its own group."""
    query = sa.select(observations.c.said).where(
        observations.c.page_id == page_id, observations.c.kind == "group"
    )
    return [said for said in connection.execute(query).scalars() if said.get("read_from", "page") == "page"]


def join(connection: sa.Connection, loose: Iterable[str], groups: Sequence[Mapping[str, int]]) -> None:
    """Put each group (record id: page id) under one entity; `loose` are all records whose links are made anew."""
    connection.execute(sa.delete(record_links).where(record_links.c.record_id.in_(list(loose))))
    for group in groups:
        query = sa.select(record_ids.c.id).where(record_ids.c.id.in_(list(group)))
        oldest = connection.execute(query.order_by(record_ids.c.number).limit(1)).scalar_one()
        rows = [
            {"record_id": record_id, "page_id": page_id, "entity_id": oldest}
            for record_id, page_id in group.items()
        ]
        connection.execute(sa.insert(record_links), rows)


def _in_parts(wanted: Iterable[str]) -> Iterator[list[str]]:
    """In statements of a size that every database takes."""
    remaining = list(wanted)
    for start in range(0, len(remaining), 5000):
        yield remaining[start : start + 5000]
