"""Both answers of a change side by side, as a file to attach where nobody can come and look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from config.addresses import page_key
from config.errors import WgwatchError
from storage import captures, pages
from storage.captures import Capture
from storage.engine import Database
from wgwatch import comparing, rendering


def side_by_side(database: Database, change: Mapping[str, Any]) -> str | None:
    """A whole HTML file; None where an answer is no text, or its bytes are no longer there."""
    with database.read() as connection:
        found = _answers(connection, change)
        if found is None:
            return None
        before, after = found
        try:
            aligned = comparing.align(connection, before, after)
        except WgwatchError:  # the message goes without
            return None
    note = (
        f"{change['page']}: as last seen {before.last_seen_at:%Y-%m-%d}, and as first seen "
        f"{after.first_seen_at:%Y-%m-%d}. SHA-256 {before.sha256} and {after.sha256}."
    )
    label = str(change.get("group_name") or change.get("group") or change["page"])
    return rendering.standalone(label, note, rendering.side_by_side(aligned))


def _answers(connection: sa.Connection, change: Mapping[str, Any]) -> tuple[Capture, Capture] | None:
    """The captures that the change lies between: the newest of the new answer, and the newest of the old before it."""
    page = pages.by_key(connection, page_key(change["page"]))
    if page is None:
        return None
    known = captures.all_of(connection, page.id)
    hashes = change["evidence"]
    places = [n for n, capture in enumerate(known) if capture.sha256 == hashes["sha256_after"]]
    if not places:
        return None
    older = [c for c in known[: places[-1]] if c.sha256 == hashes["sha256_before"]]
    return (older[-1], known[places[-1]]) if older else None
