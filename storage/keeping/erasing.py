"""What is known of a person in the clear, and the masking of all that is kept and never rebuilt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from storage.models import (
    blobs,
    changes,
    deliveries,
    delivery_items,
    link_keys,
    noise,
    observations,
    pages,
    readings,
    record_keys,
    reparses,
    sightings,
)
from storage.redactions import Redactions, Term, folded

KEPT: tuple[tuple[sa.Table, str, tuple[str, ...]], ...] = (
    (changes, "number", ("summary", "payload", "group_name")),
    (deliveries, "number", ("extra",)),
    (delivery_items, "number", ("payload", "reasons")),
    (noise, "id", ("section", "pattern", "examples")),
    (pages, "id", ("name", "said_name", "health_reason")),
    (reparses, "id", ("report",)),
    (sightings, "id", ("reason",)),
)
"""Tables with their key, and the columns that may name a person. What is derived is made anew instead."""


def terms_of(connection: sa.Connection, person: str) -> list[Term]:
    """What a person is known by, given as a name, an e-mail or a contact's id: all that contacts of theirs say.

    An e-mail or phone that contacts of another name bear too is an office's, and not the person's.
    """
    contacts = _contacts(connection)
    given = Term("email" if "@" in person else "name", person)
    theirs = [said for record_id, said in contacts if record_id == person or _is_of(said, given)]
    names = {said["name"] for said in theirs if said.get("name")} | (
        {person} if given.kind == "name" else set()
    )
    names -= {said for said in names if said == person and person.startswith("con_")}
    known = {folded("name", name) for name in names}
    others = [said for _, said in contacts if folded("name", said.get("name") or "") not in known]
    shared = {_value(said, kind) for said in others for kind in ("email", "phone")}
    found = [Term("name", name) for name in sorted(names)]
    found += [given] if given.kind == "email" else []
    for kind in ("email", "phone"):
        values = {said[kind] for said in theirs if said.get(kind)}
        found += [Term(kind, value) for value in sorted(values) if folded(kind, value) not in shared]
    return found


def pages_that_name(connection: sa.Connection, erased: Redactions) -> set[int]:
    """Pages with versions of records or register keys that name a person."""
    found = set()
    for row in connection.execute(sa.select(observations.c.page_id, observations.c.said)):
        if row.page_id not in found and erased.of_value(row.said):
            found.add(row.page_id)
    for row in connection.execute(sa.select(record_keys.c.page_id, record_keys.c.key)):
        if row.page_id not in found and erased.of_value(row.key):
            found.add(row.page_id)
    return found


def mask_kept(connection: sa.Connection, erased: Redactions) -> int:
    """Mask every row that is kept; answers how many there were."""
    masked = 0
    for table, key, columns in KEPT:
        for row in connection.execute(sa.select(table.c[key], *(table.c[name] for name in columns))).all():
            said = dict(zip(columns, row[1:], strict=True))
            if erased.of_value(said) is not None:
                values = erased.mask(said)
                connection.execute(sa.update(table).where(table.c[key] == row[0]).values(values))
                masked += 1
    return masked


def mask_register(connection: sa.Connection, page_id: int, erased: Redactions) -> None:
    """Ids stay; the keys that they are found by no longer name anyone."""
    rows = connection.execute(sa.select(record_keys).where(record_keys.c.page_id == page_id)).all()
    taken = {(row.kind, row.key) for row in rows}
    for row in rows:
        key = erased.mask(row.key)
        if key == row.key:
            continue
        same = (
            record_keys.c.page_id == page_id,
            record_keys.c.kind == row.kind,
            record_keys.c.key == row.key,
        )
        if (row.kind, key) in taken:
            connection.execute(sa.delete(record_keys).where(*same))
        else:
            connection.execute(sa.update(record_keys).where(*same).values(key=key))
            taken.add((row.kind, key))
    for row in connection.execute(sa.select(link_keys).where(link_keys.c.page_id == page_id)).all():
        if erased.of_value(row.key):
            same_key = (getattr(link_keys.c, name) == getattr(row, name) for name in ("scope", "kind", "key"))
            connection.execute(sa.delete(link_keys).where(*same_key, link_keys.c.record_id == row.record_id))


def blobs_left(connection: sa.Connection) -> Sequence[int]:
    """Every blob whose bytes are there, by number."""
    return (
        connection.execute(sa.select(blobs.c.id).where(blobs.c.removed_at.is_(None)).order_by(blobs.c.id))
        .scalars()
        .all()
    )


def pages_that_saw(connection: sa.Connection, blob_id: int) -> list[int]:
    """The pages that had a look at these bytes."""
    query = sa.select(sightings.c.page_id).where(sightings.c.blob_id == blob_id).distinct()
    return sorted(connection.execute(query).scalars())


def pages_read(connection: sa.Connection) -> Iterator[int]:
    """The pages with stored readings."""
    yield from connection.execute(sa.select(readings.c.page_id).distinct()).scalars().all()


def _contacts(connection: sa.Connection) -> list[tuple[str, dict[str, Any]]]:
    query = sa.select(observations.c.record_id, observations.c.said).where(observations.c.kind == "contact")
    return [(row.record_id, row.said) for row in connection.execute(query)]


def _is_of(said: dict[str, Any], given: Term) -> bool:
    return bool(said.get(given.kind)) and _value(said, given.kind) == folded(given.kind, given.text)


def _value(said: dict[str, Any], kind: str) -> str:
    return folded(kind, said.get(kind) or "")
