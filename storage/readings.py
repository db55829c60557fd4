"""Readings: what an answer said by which rules. One a digest and rules, however many captures share it.

Where an answer's bytes are removed it cannot be read again: its last reading is then frozen, and stands for it
whatever the rules of today.
"""

from __future__ import annotations

import json
from functools import lru_cache

import sqlalchemy as sa
import zstandard

from storage.models import frozen, readings
from storage.records import Reading

LEVEL = 6


def get(connection: sa.Connection, page_id: int, digest: str, rules: str) -> Reading | None:
    """The stored reading, None where these rules have not read this yet."""
    wanted = {"of_page": page_id, "of_digest": digest, "by_rules": rules}
    payload = connection.execute(_PAYLOAD, wanted).scalar()
    return None if payload is None else _unpacked(payload)


_OF_DIGEST = (readings.c.page_id == sa.bindparam("of_page"), readings.c.digest == sa.bindparam("of_digest"))
_PAYLOAD = sa.select(readings.c.payload).where(*_OF_DIGEST, readings.c.rules == sa.bindparam("by_rules"))
_OTHERS = sa.delete(readings).where(*_OF_DIGEST, ~readings.c.frozen)


def newest(connection: sa.Connection, page_id: int, digest: str) -> Reading | None:
    """What was last read of this digest, by whatever rules."""
    query = sa.select(readings.c.payload).where(readings.c.page_id == page_id, readings.c.digest == digest)
    payload = connection.execute(query.order_by(readings.c.id.desc()).limit(1)).scalar()
    return None if payload is None else _unpacked(payload)


def put(connection: sa.Connection, page_id: int, reading: Reading, packed: bytes | None = None) -> None:
    """Store a reading unless it is there; readings under older rules of the same digest are replaced.

    `packed` is the reading as it is stored, where that was made already.
    """
    mine = {"of_page": page_id, "of_digest": reading.digest}
    if connection.execute(_PAYLOAD, mine | {"by_rules": reading.rules}).first():
        return
    connection.execute(_OTHERS, mine)
    _insert(connection, page_id, reading, frozen=False, packed=packed)


def freeze(
    connection: sa.Connection, page_id: int, blob_id: int, reading: Reading | None, rules: str
) -> None:
    """Let a reading by these rules stand for an answer from now on; None for one that was no text."""
    digest = None if reading is None else reading.digest
    mine = (frozen.c.page_id == page_id, frozen.c.blob_id == blob_id)
    connection.execute(sa.delete(frozen).where(*mine))
    values = {"page_id": page_id, "blob_id": blob_id, "digest": digest, "rules": rules}
    connection.execute(sa.insert(frozen).values(values))
    if reading is not None:
        same = (readings.c.page_id == page_id, readings.c.digest == digest, readings.c.rules == rules)
        connection.execute(sa.delete(readings).where(*same))
        _insert(connection, page_id, reading, frozen=True)


def is_frozen(connection: sa.Connection, page_id: int, blob_id: int) -> bool:
    """Whether a reading, or the word that there is none, stands for an answer."""
    mine = (frozen.c.page_id == page_id, frozen.c.blob_id == blob_id)
    return connection.execute(sa.select(frozen.c.blob_id).where(*mine)).first() is not None


def frozen_of(connection: sa.Connection, page_id: int, blob_id: int) -> Reading | None:
    """The reading that stands for an answer whose bytes are removed, if any does."""
    mine = (frozen.c.page_id == page_id, frozen.c.blob_id == blob_id)
    row = connection.execute(sa.select(frozen).where(*mine)).first()
    return get(connection, page_id, row.digest, row.rules) if row and row.digest else None


def rules_of(connection: sa.Connection, page_id: int) -> dict[str, set[str]]:
    """By which rules each digest of a page was read, frozen readings left out."""
    query = sa.select(readings.c.digest, readings.c.rules).where(
        readings.c.page_id == page_id, ~readings.c.frozen
    )
    found: dict[str, set[str]] = {}
    for digest, rules in connection.execute(query):
        found.setdefault(digest, set()).add(rules)
    return found


def all_of(connection: sa.Connection, page_id: int) -> list[Reading]:
    """Every stored reading of a page, by whatever rules."""
    query = sa.select(readings.c.payload).where(readings.c.page_id == page_id)
    return [_unpacked(payload) for payload in connection.execute(query.order_by(readings.c.id)).scalars()]


def replace(connection: sa.Connection, page_id: int, reading: Reading) -> None:
    """Put another payload in the place of a stored reading of the same digest and rules."""
    same = (
        readings.c.page_id == page_id,
        readings.c.digest == reading.digest,
        readings.c.rules == reading.rules,
    )
    connection.execute(sa.update(readings).where(*same).values(payload=pack(reading)))


def _insert(
    connection: sa.Connection, page_id: int, reading: Reading, *, frozen: bool, packed: bytes | None = None
) -> None:
    connection.execute(
        sa.insert(readings).values(
            page_id=page_id,
            digest=reading.digest,
            rules=reading.rules,
            payload=packed or pack(reading),
            frozen=frozen,
        )
    )


def pack(reading: Reading) -> bytes:
    """A reading as it is stored."""
    text = json.dumps(reading.to_json(), ensure_ascii=False, separators=(",", ":"))
    return zstandard.ZstdCompressor(level=LEVEL).compress(text.encode())


@lru_cache(8)  # a look asks for the one before it again and again
def _unpacked(payload: bytes) -> Reading:
    return Reading.from_json(json.loads(zstandard.decompress(payload)))
