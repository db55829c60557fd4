"""Pictures of pages that a browser rendered: blobs beside the answer of the look that they were taken at."""

from __future__ import annotations

import sqlalchemy as sa

from storage import blobs
from storage.captures import Capture
from storage.models import sightings


def put(connection: sa.Connection, picture: bytes | None, answer_id: int) -> int | None:
    """The blob of a picture of an answer; none where the answer's own bytes are not kept (redacted)."""
    if picture is None or blobs.is_removed(connection, answer_id):
        return None
    return blobs.put(connection, picture)


def of(connection: sa.Connection, capture: Capture) -> bytes | None:
    """The picture that was taken when a version was first seen. Raises RemovedError where it was removed since."""
    query = sa.select(sightings.c.screenshot_id).where(
        sightings.c.page_id == capture.page_id,
        sightings.c.blob_id == capture.blob_id,
        sightings.c.seen_at.between(capture.first_seen_at, capture.last_seen_at),
        sightings.c.screenshot_id.is_not(None),
    )
    found = connection.execute(query.order_by(sightings.c.seen_at).limit(1)).scalar()
    return blobs.get(connection, found) if found is not None else None
