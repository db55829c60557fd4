"""Readings: what an answer said by which rules. One a digest and rules, however many captures share it."""

from __future__ import annotations

import json

import sqlalchemy as sa
import zstandard

from storage.models import readings
from storage.records import Reading

LEVEL = 6


def get(connection: sa.Connection, page_id: int, digest: str, rules: str) -> Reading | None:
    """The stored reading, None where these rules have not read this yet."""
    query = sa.select(readings.c.payload).where(
        readings.c.page_id == page_id, readings.c.digest == digest, readings.c.rules == rules
    )
    payload = connection.execute(query).scalar()
    return None if payload is None else Reading.from_json(json.loads(zstandard.decompress(payload)))


def put(connection: sa.Connection, page_id: int, reading: Reading) -> None:
    """Store a reading unless it is there; readings under older rules of the same digest are replaced."""
    mine = (readings.c.page_id == page_id, readings.c.digest == reading.digest)
    if connection.execute(sa.select(readings.c.id).where(*mine, readings.c.rules == reading.rules)).first():
        return
    text = json.dumps(reading.to_json(), ensure_ascii=False, separators=(",", ":"))
    payload = zstandard.ZstdCompressor(level=LEVEL).compress(text.encode())
    connection.execute(sa.delete(readings).where(*mine))
    connection.execute(
        sa.insert(readings).values(
            page_id=page_id, digest=reading.digest, rules=reading.rules, payload=payload
        )
    )
