"""What may be kept of an answer: where its bytes are removed, its reading stands for it; persons who were redacted
are masked, and the bytes that name them are not kept.
"""

from __future__ import annotations

import sqlalchemy as sa

from config.errors import ReadError, RemovedError
from storage import blobs, readings, redactions
from storage.records import Reading


def settle(connection: sa.Connection, page_id: int, blob_id: int, reading: Reading) -> Reading:
    """The reading as it may be kept, frozen where the answer's bytes are not (any more). The caller holds the page."""
    erased = redactions.load(connection)
    masked = erased.mask_reading(reading)
    if masked is not reading:
        named = erased.of_value(reading.to_json())
        assert named is not None
        blobs.remove(connection, blob_id, named.at, f"redacted: {named.reason}")
    if masked is not reading or blobs.is_removed(connection, blob_id):
        readings.freeze(connection, page_id, blob_id, masked, masked.rules)
    return masked


def settle_same(connection: sa.Connection, page_id: int, blob_id: int, digest: str, rules: str) -> None:
    """The same for an answer that says what the one before it said, and was not read."""
    if blobs.is_removed(connection, blob_id):
        reading = readings.get(connection, page_id, digest, rules)
        readings.freeze(connection, page_id, blob_id, reading, rules)


def frozen(connection: sa.Connection, page_id: int, blob_id: int, removed: RemovedError) -> Reading:
    """The reading that stands for an answer whose bytes are removed. Raises ReadError for one that was no text."""
    reading = readings.frozen_of(connection, page_id, blob_id)
    if reading is None:
        raise ReadError(str(removed)) from removed
    return reading
