"""What a subscription is about beside changes: its pages, and the meetings on them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from config.watchlist import About, Subscription
from notifier.planning.concerns import Concern
from notifier.planning.facts import Facts
from storage import pages
from storage.pages import Page
from storage.records import Record

OF_PAGES = ("sources", "groups", "pages")
"""Keys of `about` that a page meets or not, whatever it says."""


def pages_of(connection: sa.Connection, subscription: Subscription) -> list[Page]:
    """The watched pages that it names by source, group or address; all where it names none."""
    concern = _concern(subscription, {name for name in About.model_fields if name not in OF_PAGES})
    watched = (page for page in pages.all_pages(connection) if page.paused_at is None)
    return [page for page in watched if concern.is_about(Facts(_change(page)))]


class Scope:
    """Whether a record of one of the pages is what a subscription is about."""

    def __init__(self, subscription: Subscription) -> None:
        self._concern = _concern(subscription, {"record_fields"})

    def holds(self, record: Record, page: Page) -> bool:
        said = {"kind": record.kind, "label": record.label, "before": None, "after": record.said()}
        return self._concern.is_about(Facts({**_change(page), "record": said}))


def _concern(subscription: Subscription, left_out: set[str]) -> Concern:
    """As the planner asks, but for some keys of `about` and `except`."""
    without = dict.fromkeys(left_out)
    about, exceptions = (
        part.model_copy(update=without) for part in (subscription.about, subscription.except_)
    )
    return Concern(subscription.model_copy(update={"about": about, "except_": exceptions}))


def _change(page: Page) -> dict[str, Any]:
    """What a change of the page would say of it."""
    return {
        "kind": "page.found",
        "importance": 0.5,
        "sources": page.sources,
        "group": page.acronym or page.name or page.said_name,
        "group_name": page.name or page.said_name,
        "page": page.url,
    }
