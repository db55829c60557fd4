"""Bytes by their SHA-256. A row is a key-frame (the whole) or a delta against another row.

A body is stored against whichever of some likely rows makes the smallest delta for the depth that it leads to
(`_cost`), or as a key-frame where no delta is at most half of one. No read takes more than `DEEPEST` decodes, each
checked by its hash. What is removed leaves its row as a tombstone, with when and why.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from config.errors import DamageError, RemovedError
from storage import redactions
from storage.frames import BadFrame, is_sound, pack, unpack
from storage.models import blobs, sightings

DEEPEST = 16
"""Decodes that one read may take at most."""
WORTH = 0.5
"""A delta costs at most this part of a key-frame."""
STEPS = 6
"""So many rows of a chain are tried as a base."""
THRIFT = 0.85
"""How much depth is saved for later: 0 takes the smallest delta, 1 the fewest bytes for each decode that is left.
Around this both long and short chains came out smallest."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """A body as it may be stored."""

    data: bytes
    base_id: int | None = None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class _Base:
    """A body that others may be stored against; `cost` is the length of its row's data."""

    id: int
    body: bytes
    depth: int
    cost: int


def put(
    connection: sa.Connection, body: bytes, near: Sequence[int] = (), *, whole: bytes | None = None
) -> int:
    """The id of the blob that holds `body`, stored if it is new, was pruned, or is damaged.

    `near` are blobs that may be like it, such as the last versions of its page: candidates for the base of a delta.
    `whole` is the body packed without a base (`frames.pack`), where that was done already.
    A body that was erased by law, or names a person who was, is stored as a tombstone: its hash without its bytes.
    """
    sha256 = hash_of(body)
    found = connection.execute(_BY_HASH, {"hash": sha256}).first()
    if found is not None and found.removed_at is None and _is_sound(connection, found.id):
        return int(found.id)
    values = {"sha256": sha256, "size": len(body), "removed_at": None, "removed_reason": None}
    erased = redactions.load(connection).of_body(body)
    if erased is not None:
        values |= {"removed_at": erased.at, "removed_reason": f"redacted: {erased.reason}"}
        frame = _Frame(b"")
    else:
        # others may be stored against a row that is mended: it must stand below them all
        frame = _smallest(body, _bases(connection, near) if found is None else (), whole)
    values |= {"base_id": frame.base_id, "depth": frame.depth, "data": frame.data}
    if found is not None:
        connection.execute(sa.update(blobs).where(blobs.c.id == found.id).values(values))
        return int(found.id)
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    # another process may store the same bytes at this very moment
    put_in = insert(blobs).values(values).on_conflict_do_nothing(index_elements=["sha256"])
    stored = connection.execute(put_in.returning(blobs.c.id)).scalar()
    return int(stored) if stored is not None else _known(connection, sha256)


_BY_HASH = sa.select(blobs.c.id, blobs.c.removed_at).where(blobs.c.sha256 == sa.bindparam("hash"))


def hash_of(body: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(body).digest()


def find(connection: sa.Connection, sha256: bytes) -> int | None:
    """The id of a blob by its hash."""
    return connection.execute(sa.select(blobs.c.id).where(blobs.c.sha256 == sha256)).scalar()


def that_begin(connection: sa.Connection, digits: str) -> list[int]:
    """The ids of blobs whose hash begins with these hexadecimal digits."""
    low, high = (bytes.fromhex(digits.ljust(64, end)) for end in "0f")
    query = sa.select(blobs.c.id).where(blobs.c.sha256.between(low, high))
    return list(connection.execute(query.order_by(blobs.c.id)).scalars())


def sha256_of(connection: sa.Connection, blob_id: int) -> bytes:
    """The hash of a stored blob."""
    return bytes(connection.execute(_HASH_OF, {"blob": blob_id}).scalar_one())


_HASH_OF = sa.select(blobs.c.sha256).where(blobs.c.id == sa.bindparam("blob"))


def is_removed(connection: sa.Connection, blob_id: int) -> bool:
    """Whether only a tombstone is left."""
    return connection.execute(_REMOVED_AT, {"blob": blob_id}).scalar() is not None


_REMOVED_AT = sa.select(blobs.c.removed_at).where(blobs.c.id == sa.bindparam("blob"))


def removed_of(connection: sa.Connection, blob_ids: Sequence[int]) -> set[int]:
    """Those of the blobs of which only a tombstone is left."""
    query = sa.select(blobs.c.id).where(blobs.c.id.in_(blob_ids), blobs.c.removed_at.is_not(None))
    return set(connection.execute(query).scalars())


def get(connection: sa.Connection, blob_id: int) -> bytes:
    """The bytes. Raises DamageError where what is stored does not give what its hash says, RemovedError where
    they were pruned or redacted.
    """
    body: bytes | None = None
    for row in reversed(_chain(connection, blob_id)):
        body = decode(row, body)
    assert body is not None
    return body


def decode(row: Any, base: bytes | None) -> bytes:
    """The bytes of a row whose base's bytes are given. Raises DamageError, RemovedError."""
    if row.removed_at is not None:
        raise RemovedError(
            f"these bytes were removed on {row.removed_at:%Y-%m-%d} ({row.removed_reason}): "
            f"sha256 {bytes(row.sha256).hex()}"
        )
    try:
        body = unpack(row.data, row.size, base)
    except BadFrame as error:
        raise damage(row) from error
    if hash_of(body) != bytes(row.sha256):
        raise damage(row)
    return body


def damage(row: Any) -> DamageError:
    """The error that names a damaged row."""
    return DamageError(f"stored bytes are damaged: blob {row.id}, sha256 {bytes(row.sha256).hex()}")


def remove(connection: sa.Connection, blob_id: int, now: datetime, reason: str) -> None:
    """Take the bytes away for good, and the pictures of them, and leave a tombstone; what was stored against them is
    stored anew.

    No row's depth grows. Raises DamageError where a dependant cannot be read: nothing is then removed.
    """
    row = connection.execute(sa.select(blobs).where(blobs.c.id == blob_id)).one()
    if row.removed_at is not None:
        return
    dependants = connection.execute(sa.select(blobs).where(blobs.c.base_id == blob_id)).all()
    bodies = [(each, get(connection, each.id)) for each in dependants]
    bases = _bases(connection, [row.base_id]) if row.base_id is not None else []
    for each, body in bodies:
        shallow = [base for base in bases if base.depth < each.depth]
        frame = _smallest(body, shallow)
        _store(connection, each.id, frame)
        bases.append(_Base(each.id, body, frame.depth, len(frame.data)))
    tomb = {"removed_at": now, "removed_reason": reason}
    _store(connection, blob_id, _Frame(b""), tomb)
    for picture in _pictures(connection, blob_id):
        remove(connection, picture, now, reason)


def _known(connection: sa.Connection, sha256: bytes) -> int:
    found = find(connection, sha256)
    assert found is not None
    return found


def _pictures(connection: sa.Connection, blob_id: int) -> list[int]:
    """The screenshots that were taken of an answer."""
    query = sa.select(sightings.c.screenshot_id).where(sightings.c.blob_id == blob_id)
    found = query.where(sightings.c.screenshot_id.is_not(None)).distinct()
    return list(connection.execute(found).scalars())


def _store(
    connection: sa.Connection, blob_id: int, frame: _Frame, tomb: dict[str, Any] | None = None
) -> None:
    values = {"base_id": frame.base_id, "depth": frame.depth, "data": frame.data, **(tomb or {})}
    connection.execute(sa.update(blobs).where(blobs.c.id == blob_id).values(values))


def _chain(connection: sa.Connection, blob_id: int) -> list[Any]:
    """The rows from a blob down to its key-frame. Each stands lower than the last, so that it ends."""
    rows = connection.execute(_CHAIN, {"wanted": blob_id}).all()
    if rows[-1].base_id is not None:
        raise damage(rows[-1])
    return list(rows)


def _chain_query() -> sa.Select[Any]:
    down = sa.select(blobs).where(blobs.c.id == sa.bindparam("wanted")).cte("down", recursive=True)
    base = blobs.alias("base")
    down = down.union_all(
        sa.select(base).join(down, sa.and_(base.c.id == down.c.base_id, base.c.depth < down.c.depth))
    )
    return sa.select(down).order_by(down.c.depth.desc())


_CHAIN = _chain_query()


def _is_sound(connection: sa.Connection, blob_id: int) -> bool:
    """Whether no row of its chain is damaged, as far as check sums tell: nothing is decoded."""
    try:
        return all(is_sound(row.data) for row in _chain(connection, blob_id))
    except DamageError:
        return False


def _bases(connection: sa.Connection, near: Sequence[int]) -> list[_Base]:
    """What a body may be stored against: the given rows, and some that the last of them stands on itself.

    Those lie evenly down its chain, to its end: once a chain is as deep as it may be, the next body goes on from
    half-way, where it is still cheap.
    """
    found: dict[int, _Base] = {}
    for n, blob_id in enumerate(reversed(near)):
        if blob_id not in found:
            found |= _along(connection, blob_id, set(near), STEPS if n == 0 else 0)
    return [base for base in found.values() if base.depth + 1 < DEEPEST and base.body]


def _along(connection: sa.Connection, blob_id: int, near: Set[int], steps: int) -> dict[int, _Base]:
    """A row with its bytes, and of its chain what is near or lies at a step; nothing where that is damaged."""
    try:
        rows = _chain(connection, blob_id)
        last = len(rows) - 1
        wanted = {0, *(last * n // steps for n in range(1, steps + 1))}
        found, body = {}, None
        for place in range(last, -1, -1):
            row = rows[place]
            body = decode(row, body)
            if place in wanted or row.id in near:
                found[row.id] = _Base(row.id, body, row.depth, len(row.data))
    except (DamageError, RemovedError):
        return {}
    return found


def _smallest(body: bytes, bases: Sequence[_Base], whole: bytes | None = None) -> _Frame:
    """The cheapest delta, if it is worth it; the costly key-frame is only made where it may be needed."""
    deltas = [_Frame(pack(body, base.body), base.id, base.depth + 1) for base in bases]
    best = min(deltas, key=_cost, default=None)
    shortest_key = min((base.cost for base in bases if base.depth == 0), default=0)
    if best is not None and len(best.data) <= WORTH * shortest_key:
        return best
    key = _Frame(whole or pack(body))
    return best if best is not None and len(best.data) <= WORTH * len(key.data) else key


def _cost(frame: _Frame) -> float:
    """Bytes, weighed by the decodes that are left: depth is spent where it saves most (git weighs its deltas so)."""
    return float(len(frame.data) / (DEEPEST - frame.depth) ** THRIFT)
