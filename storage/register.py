"""The register of record ids: drawn once, kept for ever.

An id is made of what the record was when it was first met (page, kind, identity key), so that a restored database
draws the same ids again. Two ids found to be one record leave a redirect from the younger to the older.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import reduce

import sqlalchemy as sa

from storage.models import record_ids, record_keys

_IDS = sa.select(record_ids).where(record_ids.c.page_id == sa.bindparam("of_page"))
_KEYS = sa.select(record_keys).where(record_keys.c.page_id == sa.bindparam("of_page"))

PREFIX = {"event": "evt", "contact": "con", "project": "prj", "news": "nws", "group": "grp"}


class Register:
    """One page's part of the register, held in memory for a derivation and written at its end by `save`."""

    def __init__(self, page_id: int, page_key: str) -> None:
        self.page_id = page_id
        self.page_key = page_key
        self._keys: dict[tuple[str, str], str] = {}
        self._numbers: dict[str, int] = {}
        self._redirects: dict[str, str] = {}
        self._new_ids: dict[str, str] = {}
        self._new_keys: list[tuple[str, str]] = []
        self._new_redirects: set[str] = set()
        self._is_rewritten = False

    @classmethod
    def load(cls, connection: sa.Connection, page_id: int, page_key: str) -> Register:
        """The page's ids and keys as stored."""
        register = cls(page_id, page_key)
        for row in connection.execute(_IDS, {"of_page": page_id}):
            register._numbers[row.id] = row.number
            if row.redirect_to:
                register._redirects[row.id] = row.redirect_to
        for row in connection.execute(_KEYS, {"of_page": page_id}):
            register._keys[row.kind, row.key] = row.record_id
        return register

    def find(self, kind: str, key: str) -> str | None:
        """The id that bears this key."""
        found = self._keys.get((kind, key))
        return self.resolve(found) if found else None

    def draw(self, kind: str, key: str) -> str:
        """The id for a record first met under this key; the same for ever after."""
        found = self.find(kind, key)
        if found is not None:
            return found
        record_id = self._new(_id_of(kind, f"{self.page_key}\n{kind}\n{key}"), kind)
        self.name(kind, key, record_id)
        return record_id

    def name(self, kind: str, key: str, record_id: str) -> None:
        """Let the record be found under this key too, unless another already is."""
        if (kind, key) not in self._keys:
            self._keys[kind, key] = record_id
            self._new_keys.append((kind, key))

    def merge(self, one: str, other: str) -> str:
        """Two ids are one record: the younger redirects to the older, which is answered."""
        one, other = self.resolve(one), self.resolve(other)
        if one == other:
            return one
        older, younger = sorted((one, other), key=lambda record_id: (self._numbers[record_id], record_id))
        self._redirects[younger] = older
        self._new_redirects.add(younger)
        return older

    def resolve(self, record_id: str) -> str:
        """The id that an id stands for today."""
        while record_id in self._redirects:
            record_id = self._redirects[record_id]
        return record_id

    def adopt(self, drawn: Register) -> Callable[[str], str]:
        """Give the records of a derivation from nothing the ids that were given before, by the keys both know.

        What is one record is thus derived, and only what it is called is kept: keys that were joined while captures
        in between were not known yet, or later than the looks in question, join nothing. Answers what an id of
        `drawn` is called.
        """
        keys: dict[str, list[tuple[str, str]]] = {}
        for key, record_id in drawn._keys.items():
            keys.setdefault(drawn.resolve(record_id), []).append(key)
        called: dict[str, str] = {}
        taken: set[str] = set()
        for record_id, mine in keys.items():
            found = dict.fromkeys(known for key in mine if (known := self.find(*key)) and known not in taken)
            called[record_id] = reduce(self.merge, found) if found else self._new(record_id, mine[0][0])
            taken.add(called[record_id])
        self._keys = {key: called[drawn.resolve(record_id)] for key, record_id in drawn._keys.items()}
        self._new_keys, self._is_rewritten = list(self._keys), True
        return lambda record_id: self.resolve(called[drawn.resolve(record_id)])

    def new_redirects(self) -> list[tuple[str, str]]:
        """(younger, older) for every merging since the register was loaded."""
        return [(younger, self.resolve(younger)) for younger in sorted(self._new_redirects)]

    def _new(self, record_id: str, kind: str) -> str:
        """This id, or another one made of it where it is another record's."""
        while record_id in self._numbers:
            record_id = _id_of(kind, record_id)
        self._new_ids[record_id] = kind
        self._numbers[record_id] = len(self._numbers) + 2**40  # younger than all that is stored
        return record_id

    def save(self, connection: sa.Connection) -> None:
        """Write what is new."""
        if self._new_ids:
            rows = [
                {"id": record_id, "page_id": self.page_id, "kind": kind}
                for record_id, kind in self._new_ids.items()
            ]
            connection.execute(sa.insert(record_ids), rows)
        if self._is_rewritten:
            connection.execute(sa.delete(record_keys).where(record_keys.c.page_id == self.page_id))
        if self._new_keys:
            keys = [
                {"page_id": self.page_id, "kind": kind, "key": key, "record_id": self._keys[kind, key]}
                for kind, key in self._new_keys
            ]
            connection.execute(sa.insert(record_keys), keys)
        for younger, older in self.new_redirects():
            connection.execute(
                sa.update(record_ids).where(record_ids.c.id == younger).values(redirect_to=older)
            )


def _id_of(kind: str, said: str) -> str:
    return f"{PREFIX[kind]}_{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def resolve(connection: sa.Connection, record_id: str) -> str:
    """The id that any id ever shown stands for today; itself where it is not known."""
    query = sa.select(record_ids.c.redirect_to).where(record_ids.c.id == record_id)
    seen: set[str] = set()
    while record_id not in seen:
        seen.add(record_id)
        target = connection.execute(query).scalar()
        if target is None:
            return record_id
        record_id = target
        query = sa.select(record_ids.c.redirect_to).where(record_ids.c.id == record_id)
    return record_id


def known(connection: sa.Connection, record_id: str) -> tuple[int, str] | None:
    """The page (its number) and the kind of a record whose id was ever shown."""
    query = sa.select(record_ids.c.page_id, record_ids.c.kind).where(record_ids.c.id == record_id)
    row = connection.execute(query).first()
    return (row.page_id, row.kind) if row else None
