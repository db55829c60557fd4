"""Bytes by their SHA-256. A row is a key-frame (zstd of the whole) or a delta against another row.

A delta is one zstd frame whose raw-content dictionary is its base: whichever of the given candidates makes the
smallest one. A body becomes a key-frame where no delta is at most half of one, or where the chain would grow
longer than `DEEPEST`. Every read checks the announced size before decompressing and the hash after it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
import zstandard
from sqlalchemy.dialects import postgresql, sqlite

from config.errors import DamageError
from storage.models import blobs

KEY_FRAME_LEVEL = 19
DELTA_LEVEL = 9
LARGE = 1_000_000  # bytes above which level 19 costs seconds, and level 3 no longer finds what is alike
LARGE_LEVEL = 9
DEEPEST = 16
"""Decodes that one read may take at most."""
WORTH = 0.5
"""A delta costs at most this part of a key-frame."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """A body as it may be stored."""

    data: bytes
    base_id: int | None = None
    depth: int = 0


def put(connection: sa.Connection, body: bytes, near: Sequence[int] = ()) -> int:
    """The id of the blob that holds `body`, stored if it is new.

    `near` are blobs that may be like it, such as the last versions of its page: candidates for the base of a delta.
    """
    sha256 = hash_of(body)
    found = find(connection, sha256)
    if found is not None:
        return found
    frame = _smallest(connection, body, near)
    row = {
        "sha256": sha256,
        "size": len(body),
        "base_id": frame.base_id,
        "depth": frame.depth,
        "data": frame.data,
    }
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    # another process may store the same bytes at this very moment
    connection.execute(insert(blobs).values(row).on_conflict_do_nothing(index_elements=["sha256"]))
    stored = find(connection, sha256)
    assert stored is not None
    return stored


def hash_of(body: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(body).digest()


def find(connection: sa.Connection, sha256: bytes) -> int | None:
    """The id of a blob by its hash."""
    return connection.execute(sa.select(blobs.c.id).where(blobs.c.sha256 == sha256)).scalar()


def sha256_of(connection: sa.Connection, blob_id: int) -> bytes:
    """The hash of a stored blob."""
    return bytes(connection.execute(sa.select(blobs.c.sha256).where(blobs.c.id == blob_id)).scalar_one())


def get(connection: sa.Connection, blob_id: int) -> bytes:
    """The bytes. Raises DamageError where what is stored does not give what its hash says."""
    body: bytes | None = None
    for row in reversed(_chain(connection, blob_id)):
        body = _decompress(row, body)
        if hash_of(body) != bytes(row.sha256):
            raise _damage(row)
    assert body is not None
    return body


def key_frame_of(connection: sa.Connection, blob_id: int) -> int:
    """The key-frame at the end of a blob's chain."""
    return int(
        _chain(connection, blob_id, (blobs.c.id, blobs.c.base_id, blobs.c.depth, blobs.c.sha256))[-1].id
    )


def _chain(connection: sa.Connection, blob_id: int, columns: Sequence[Any] = (blobs,)) -> list[Any]:
    """The rows from a blob down to its key-frame. Each stands one lower than the last, so that it ends."""
    query = sa.select(*columns).where(blobs.c.id == sa.bindparam("wanted"))
    rows = [connection.execute(query, {"wanted": blob_id}).one()]
    while rows[-1].base_id is not None:
        base = connection.execute(query, {"wanted": rows[-1].base_id}).one()
        if base.depth >= rows[-1].depth:
            raise _damage(rows[-1])
        rows.append(base)
    return rows


def _smallest(connection: sa.Connection, body: bytes, near: Sequence[int]) -> _Frame:
    """The cheapest delta, if it is worth it; the costly key-frame is only made where it may be needed."""
    bases = _bases(connection, near)
    best = min((_delta(connection, body, base) for base in bases), key=lambda f: len(f.data), default=None)
    shortest_key = min((len(base.data) for base in bases if base.base_id is None), default=0)
    if best is not None and len(best.data) <= WORTH * shortest_key:
        return best
    key = _Frame(_compressor(body, None).compress(body))
    return best if best is not None and len(best.data) <= WORTH * len(key.data) else key


def _bases(connection: sa.Connection, near: Sequence[int]) -> list[Any]:
    """Rows that a delta may stand on, the key-frames that they stand on themselves among them."""
    wanted = {*near, *(key_frame_of(connection, blob_id) for blob_id in near[-1:])}
    query = sa.select(blobs).where(blobs.c.id.in_(wanted), blobs.c.depth < DEEPEST, blobs.c.size > 0)
    return list(connection.execute(query.order_by(blobs.c.id)))


def _delta(connection: sa.Connection, body: bytes, base: Any) -> _Frame:
    data = _compressor(body, get(connection, base.id)).compress(body)
    return _Frame(data, base.id, base.depth + 1)


def _compressor(body: bytes, base: bytes | None) -> zstandard.ZstdCompressor:
    """Long-distance matching stays off: at these levels it makes deltas many times larger."""
    large = len(body) > LARGE
    if base is None:
        return zstandard.ZstdCompressor(level=LARGE_LEVEL if large else KEY_FRAME_LEVEL)
    dictionary = zstandard.ZstdCompressionDict(base, zstandard.DICT_TYPE_RAWCONTENT)
    if not large:
        return zstandard.ZstdCompressor(level=DELTA_LEVEL, dict_data=dictionary)
    window = min(27, (len(base) + len(body)).bit_length())  # so wide that the whole base stays in sight
    parameters = zstandard.ZstdCompressionParameters.from_level(LARGE_LEVEL, window_log=window)
    return zstandard.ZstdCompressor(compression_params=parameters, dict_data=dictionary)


def _decompress(row: Any, base: bytes | None) -> bytes:
    dictionary = zstandard.ZstdCompressionDict(base, zstandard.DICT_TYPE_RAWCONTENT) if base else None
    try:
        if zstandard.frame_content_size(row.data) != row.size:  # before a byte is unpacked: no bombs
            raise _damage(row)
        return zstandard.ZstdDecompressor(dict_data=dictionary).decompress(row.data)
    except zstandard.ZstdError as error:
        raise _damage(row) from error


def _damage(row: Any) -> DamageError:
    return DamageError(f"stored bytes are damaged: blob {row.id}, sha256 {bytes(row.sha256).hex()}")
