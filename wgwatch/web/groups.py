"""Which pages a reader means by a group."""

from __future__ import annotations

import sqlalchemy as sa
from starlette.exceptions import HTTPException

from config.errors import UsageError
from storage import pages
from storage.pages import Page

MOST_PAGES = 60
"""Pages of one group whose records are read; a group has a handful."""


def pages_called(connection: sa.Connection, group: str) -> list[Page]:
    """The group's pages, those that the watchlist names first. Raises HTTPException (404) where there is none."""
    found = pages.of_group(connection, group)
    if not found:
        raise HTTPException(
            404, f"No page is known of a group '{group}'. The groups are listed under Groups."
        )
    return sorted(found, key=lambda page: (not page.is_named, page.url))


def few_pages_called(connection: sa.Connection, group: str) -> list[Page]:
    """The same, of a group all of whose records can be read at once. Raises UsageError for one of more pages."""
    found = pages_called(connection, group)
    if len(found) > MOST_PAGES:
        raise UsageError(f"'{group}' has {len(found)} pages: look at one of them, or search")
    return found


def name_of(page: Page) -> str | None:
    """What a page's group is called; None where only its address is known."""
    return page.acronym or page.name or page.said_name
