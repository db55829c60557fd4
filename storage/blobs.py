"""Bytes by their SHA-256. A row is a key-frame (zstd of the whole) or a delta against another row.

Format: a key-frame is one zstd frame at level 19; a delta is one zstd frame whose raw-content dictionary is its
base. Every read checks the announced size before decompressing and the hash after it.
"""

from __future__ import annotations

import hashlib
from typing import Any

import sqlalchemy as sa
import zstandard
from sqlalchemy.dialects import postgresql, sqlite

from config.errors import DamageError
from storage.models import blobs

KEY_FRAME_LEVEL = 19
FAST_LEVEL = 9
LARGE = 1_000_000  # bytes above which level 19 costs seconds for next to nothing


def put(connection: sa.Connection, body: bytes) -> int:
    """The id of the blob that holds `body`, stored if it is new."""
    sha256 = hash_of(body)
    found = find(connection, sha256)
    if found is not None:
        return found
    level = KEY_FRAME_LEVEL if len(body) <= LARGE else FAST_LEVEL
    row = {
        "sha256": sha256,
        "size": len(body),
        "base_id": None,
        "depth": 0,
        "data": zstandard.ZstdCompressor(level=level).compress(body),
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
    row = connection.execute(sa.select(blobs).where(blobs.c.id == blob_id)).one()
    base = get(connection, row.base_id) if row.base_id is not None else None
    body = _decompress(row, base)
    if hash_of(body) != bytes(row.sha256):
        raise _damage(row)
    return body


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
