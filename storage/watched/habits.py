"""How watched pages are to be looked at and how often they change, of all at once: what a budget is shared by.

Only what that takes is read: a hundred thousand pages as they stand would be held, and a writer with them, for seconds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from storage.models import page_sources, pages, sources


@dataclass(frozen=True, slots=True)
class Paced:
    """A watched page's schedules and habit, under the names that `Page` has for them."""

    id: int
    spec: Mapping[str, Any]
    habit_changes: float | None
    habit_days: float | None
    sources: tuple[str, ...]


def watched(connection: sa.Connection) -> Iterator[Paced]:
    """Every page that is looked at. Those that are looked at alike share one `spec`."""
    named: dict[int, tuple[str, ...]] = {}
    for page_id, name in connection.execute(_NAMES):
        named[page_id] = (*named.get(page_id, ()), name)
    specs: dict[str, Mapping[str, Any]] = {}
    for page_id, text, changes, days in connection.execute(_WATCHED):
        if text not in specs:
            specs[text] = json.loads(text)
        yield Paced(page_id, specs[text], changes, days, named.get(page_id, ()))


_NAMES = (
    sa.select(page_sources.c.page_id, sources.c.name)
    .join(sources, sources.c.id == page_sources.c.source_id)
    .order_by(sources.c.name)
)
_WATCHED = sa.select(
    pages.c.id, sa.cast(pages.c.spec, sa.Text), pages.c.habit_changes, pages.c.habit_days
).where(pages.c.paused_at.is_(None), pages.c.merged_into.is_(None))
