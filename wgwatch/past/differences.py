"""Two answers of a page side by side, as a file to attach where nobody can come and look."""

from __future__ import annotations

import sqlalchemy as sa

from config.addresses import page_key
from config.errors import WgwatchError
from storage import captures, pages
from storage.captures import Capture
from storage.engine import Database
from wgwatch.past import comparing, rendering


def side_by_side(database: Database, url: str, sha256_before: str, sha256_after: str) -> str | None:
    """A whole HTML file; None where an answer is no text, or its bytes are no longer there."""
    with database.read() as connection:
        page = pages.by_key(connection, page_key(url))
        found = _captures(connection, page.id, sha256_before, sha256_after) if page else None
        if page is None or found is None:
            return None
        before, after = found
        try:
            aligned = comparing.align(connection, before, after)
        except WgwatchError:  # the message goes without
            return None
    note = (
        f"{url}: as last seen {before.last_seen_at:%Y-%m-%d}, and as first seen {after.first_seen_at:%Y-%m-%d}. "
        f"SHA-256 {before.sha256} and {after.sha256}."
    )
    return rendering.standalone(page.label, note, rendering.side_by_side(aligned))


def _captures(
    connection: sa.Connection, page_id: int, sha256_before: str, sha256_after: str
) -> tuple[Capture, Capture] | None:
    """The newest of the new answer, and the newest of the old one before it."""
    known = captures.all_of(connection, page_id)
    places = [place for place, capture in enumerate(known) if capture.sha256 == sha256_after]
    older = [each for each in known[: places[-1]] if each.sha256 == sha256_before] if places else []
    return (older[-1], known[places[-1]]) if older else None
