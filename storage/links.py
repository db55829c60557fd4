"""Which records of several pages are one, and by which keys they find each other. Derived, page by page.

`entity_id` is the id of whichever of them was registered first; a record alone has no row here and is its own entity.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from storage.models import link_keys, observations, pages, record_ids, record_links

Key = tuple[str, str]
"""A kind of record and what it is looked up by."""


def put_keys(
    connection: sa.Connection, page_id: int, scope: str, keys: Mapping[str, Iterable[Key]], *, whole: bool
) -> None:
    """What each record is found under. With `whole` these are all of the page's."""
    if whole:
        connection.execute(sa.delete(link_keys).where(link_keys.c.page_id == page_id))
    else:
        connection.execute(_STALE_KEYS, {"of_page": page_id, "records": list(keys)})
    rows = [
        {"scope": scope, "kind": kind, "key": key, "record_id": record_id, "page_id": page_id}
        for record_id, found in keys.items()
        for kind, key in sorted(set(found))
    ]
    if rows:
        connection.execute(sa.insert(link_keys), rows)


_STALE_KEYS = sa.delete(link_keys).where(
    link_keys.c.page_id == sa.bindparam("of_page"),
    link_keys.c.record_id.in_(sa.bindparam("records", expanding=True)),
)


def sharing(connection: sa.Connection, page_id: int, scope: str, keys: Iterable[Key]) -> set[str]:
    """Records of other pages that are found under any of these keys."""
    of_kind: dict[str, list[str]] = {}
    for kind, key in keys:
        of_kind.setdefault(kind, []).append(key)
    found: set[str] = set()
    for kind, wanted in of_kind.items():
        asked = {"in_scope": scope, "of_kind": kind, "keys": wanted, "of_page": page_id}
        found.update(connection.execute(_SHARING, asked).scalars())
    return found


_SHARING = sa.select(link_keys.c.record_id).where(
    link_keys.c.scope == sa.bindparam("in_scope"),
    link_keys.c.kind == sa.bindparam("of_kind"),
    link_keys.c.key.in_(sa.bindparam("keys", expanding=True)),
    link_keys.c.page_id != sa.bindparam("of_page"),
)


def entities(connection: sa.Connection, wanted: Iterable[str]) -> dict[str, str]:
    """The entity of every given record that is one with another page's."""
    found: dict[str, str] = {}
    for some in _in_parts(wanted):
        found |= {row.record_id: row.entity_id for row in connection.execute(_ENTITIES, {"records": some})}
    return found


_ENTITIES = sa.select(record_links).where(
    record_links.c.record_id.in_(sa.bindparam("records", expanding=True))
)


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
    return list(connection.execute(_VERSIONS, {"records": list(wanted)}))


_VERSIONS = (
    sa.select(observations)
    .where(observations.c.record_id.in_(sa.bindparam("records", expanding=True)))
    .order_by(observations.c.first_seen_at, observations.c.id)
)


def records_of_page(connection: sa.Connection, page_id: int) -> set[str]:
    """Every record that a page ever showed."""
    query = sa.select(observations.c.record_id).where(observations.c.page_id == page_id).distinct()
    return set(connection.execute(query).scalars())


def keys_of(connection: sa.Connection, page_id: int, wanted: Iterable[str]) -> dict[str, set[Key]]:
    """What each of these records of a page was last found under."""
    found: dict[str, set[Key]] = {}
    for some in _in_parts(wanted):
        for record_id, kind, key in connection.execute(_KEYS_OF, {"of_page": page_id, "records": some}):
            found.setdefault(record_id, set()).add((kind, key))
    return found


_KEYS_OF = sa.select(link_keys.c.record_id, link_keys.c.kind, link_keys.c.key).where(
    link_keys.c.page_id == sa.bindparam("of_page"),
    link_keys.c.record_id.in_(sa.bindparam("records", expanding=True)),
)


def crowds(connection: sa.Connection, wanted: Iterable[str], many: int) -> set[str]:
    """Those of the entities that are more than so many records."""
    query = (
        sa.select(record_links.c.entity_id)
        .where(record_links.c.entity_id.in_(list(wanted)))
        .group_by(record_links.c.entity_id)
        .having(sa.func.count() > many)
    )
    return set(connection.execute(query).scalars())


def names_of_groups(connection: sa.Connection, page_ids: Iterable[int]) -> Iterator[tuple[int, str]]:
    """All that the groups of these pages are or were called, by their profile or by the pages themselves."""
    wanted = list(page_ids)
    for row in connection.execute(
        sa.select(pages.c.id, pages.c.acronym, pages.c.name).where(pages.c.id.in_(wanted))
    ):
        yield from ((row.id, name) for name in (row.acronym, row.name) if name)
    query = sa.select(observations.c.page_id, observations.c.said).where(
        observations.c.page_id.in_(wanted), observations.c.kind == "group"
    )
    for page_id, said in connection.execute(query):
        if said.get("read_from", "page") == "page":
            yield from ((page_id, name) for name in (said.get("acronym"), said.get("name")) if name)


def join(connection: sa.Connection, loose: Iterable[str], groups: Sequence[Mapping[str, int]]) -> None:
    """Put each group (record id: page id) under one entity; `loose` are all records whose links are made anew.

    A record of a group that is not loose stands for its whole entity, which the others join.
    """
    freed = set(loose)
    for some in _in_parts(freed):
        connection.execute(sa.delete(record_links).where(record_links.c.record_id.in_(some)))
    for group in groups:
        standing = set(entities(connection, group).values())
        held = pages_of(connection, standing)
        new = {record_id: page_id for record_id, page_id in group.items() if page_id not in held}
        if len(new) + len(standing) < 2:
            continue
        oldest = _oldest(connection, {*new, *standing})
        moved = record_links.c.entity_id.in_(list(standing))
        connection.execute(sa.update(record_links).where(moved).values(entity_id=oldest))
        rows = [
            {"record_id": record_id, "page_id": page_id, "entity_id": oldest}
            for record_id, page_id in new.items()
        ]
        if rows:
            connection.execute(sa.insert(record_links), rows)


def pages_of(connection: sa.Connection, wanted: Iterable[str]) -> set[int]:
    """The pages on which these entities stand together."""
    query = sa.select(record_links.c.page_id).where(record_links.c.entity_id.in_(list(wanted)))
    return set(connection.execute(query).scalars())


def _oldest(connection: sa.Connection, wanted: Iterable[str]) -> str:
    query = sa.select(record_ids.c.id).where(record_ids.c.id.in_(list(wanted)))
    return str(connection.execute(query.order_by(record_ids.c.number).limit(1)).scalar_one())


def _in_parts(wanted: Iterable[str]) -> Iterator[list[str]]:
    """In statements of a size that every database takes."""
    remaining = list(wanted)
    for start in range(0, len(remaining), 5000):
        yield remaining[start : start + 5000]
