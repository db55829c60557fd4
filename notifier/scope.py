"""The pages that a subscription is about."""

from __future__ import annotations

import sqlalchemy as sa

from config.addresses import page_key
from config.watchlist import Subscription
from storage import pages
from storage.pages import Page


def pages_of(connection: sa.Connection, subscription: Subscription) -> list[Page]:
    """The watched pages that it names by source, group or address; all where it names none."""
    return [
        page
        for page in pages.all_pages(connection)
        if page.paused_at is None and _is_meant(page, subscription)
    ]


def _is_meant(page: Page, subscription: Subscription) -> bool:
    about = subscription.about
    names = {str(name).casefold() for name in (page.acronym, page.name, page.said_name) if name}
    return (
        (not about.sources or bool(set(about.sources) & set(page.sources)))
        and (not about.groups or any(group.casefold() in names for group in about.groups))
        and (not about.pages or page.key in {page_key(url) for url in about.pages})
    )
