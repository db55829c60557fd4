"""The register of record ids: drawn once, kept for ever.

An id is made of what the record was when it was first met (page, kind, identity key), so that a restored database
draws the same ids again. Two ids found to be one record leave a redirect from the younger to the older.
"""

from __future__ import annotations

import hashlib

import sqlalchemy as sa

from storage.models import record_ids, record_keys

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

    @classmethod
    def load(cls, connection: sa.Connection, page_id: int, page_key: str) -> Register:
        """The page's ids and keys as stored."""
        register = cls(page_id, page_key)
        for row in connection.execute(sa.select(record_ids).where(record_ids.c.page_id == page_id)):
            register._numbers[row.id] = row.number
            if row.redirect_to:
                register._redirects[row.id] = row.redirect_to
        for row in connection.execute(sa.select(record_keys).where(record_keys.c.page_id == page_id)):
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
        digest = hashlib.sha256(f"{self.page_key}\n{kind}\n{key}".encode()).hexdigest()
        record_id = f"{PREFIX[kind]}_{digest[:16]}"
        self._new_ids[record_id] = kind
        self._numbers[record_id] = len(self._numbers) + 2**40  # younger than all that is stored
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

    def new_redirects(self) -> list[tuple[str, str]]:
        """(younger, older) for every merging since the register was loaded."""
        return [(younger, self.resolve(younger)) for younger in sorted(self._new_redirects)]

    def save(self, connection: sa.Connection) -> None:
        """Write what is new."""
        if self._new_ids:
            rows = [
                {"id": record_id, "page_id": self.page_id, "kind": kind}
                for record_id, kind in self._new_ids.items()
            ]
            connection.execute(sa.insert(record_ids), rows)
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
