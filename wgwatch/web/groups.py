"""Which pages a reader means by a group."""

from __future__ import annotations

import sqlalchemy as sa
from starlette.exceptions import HTTPException

from storage import pages
from storage.pages import Page


def pages_called(connection: sa.Connection, group: str) -> list[Page]:
    """The group's pages, those that the watchlist names first. Raises HTTPException (404) where there is none."""
    found = pages.of_group(connection, group)
    if not found:
        raise HTTPException(
            404, f"No page is known of a group '{group}'. The groups are listed under Groups."
        )
    return sorted(found, key=lambda page: (not page.is_named, page.url))


def name_of(page: Page) -> str | None:
    """What a page's group is called; None where only its address is known."""
    return page.acronym or page.name or page.said_name
