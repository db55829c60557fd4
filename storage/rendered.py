"""Which answers a browser built: the header that says so is kept with the look that first saw them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from storage.models import sightings

BY = "X-Rendered-By"
"""Names the browser among the headers of an answer that it built."""


def is_rendered(headers: Iterable[Sequence[str]] | None) -> bool:
    """Whether a browser built the answer that has these headers."""
    return any(name.lower() == BY.lower() for name, _ in headers or ())


def is_blob(connection: sa.Connection, page_id: int, blob_id: int) -> bool:
    """Whether a browser built this answer of the page."""
    return is_rendered(connection.execute(_HEADERS, {"of_page": page_id, "blob": blob_id}).scalar())


_HEADERS = (
    sa.select(sightings.c.headers)
    .where(sightings.c.page_id == sa.bindparam("of_page"), sightings.c.blob_id == sa.bindparam("blob"))
    .where(sightings.c.headers.is_not(None))
    .limit(1)
)


def blobs_of(connection: sa.Connection, page_id: int) -> frozenset[int]:
    """All answers of the page that a browser built."""
    mine = (sightings.c.page_id == page_id, sa.cast(sightings.c.headers, sa.Text).contains(BY))
    query = sa.select(sightings.c.blob_id, sightings.c.headers).where(*mine)
    return frozenset(row.blob_id for row in connection.execute(query) if is_rendered(row.headers))
