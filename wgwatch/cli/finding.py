"""Which pages a person means by a word: an address, a group's acronym or name, a source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from config.addresses import page_key
from config.errors import UsageError, WgwatchError
from wgwatch.cli.times import day

if TYPE_CHECKING:
    import sqlalchemy as sa

    from storage.pages import Page


def pages_of_group(connection: sa.Connection, group: str | None) -> list[Page]:
    """The group's pages, all pages without one. Raises UsageError for a group that no page is of."""
    from storage import pages

    if group is None:
        return pages.all_pages(connection)
    found = pages.of_group(connection, group)
    if not found:
        known = sorted({page.label for page in pages.all_pages(connection)})
        raise UsageError(f"no page is known of a group '{group}'; known are: {', '.join(known) or 'none'}")
    return found


def pages_of_source(connection: sa.Connection, source: str) -> list[Page]:
    """The pages of a source. Raises UsageError where there is none of that name."""
    from storage import pages
    from storage.watched import subscriptions

    known = subscriptions.source_names(connection)
    if source not in known:
        raise UsageError(f"there is no source '{source}'; known are: {', '.join(known) or 'none'}")
    return pages.of_source(connection, source)


def assert_covered(connection: sa.Connection, pages: Sequence[Page], moment: datetime) -> None:
    """Before the first look there is no answer, and an empty list would be a lie."""
    from storage.asking import queries

    covered = queries.coverage(connection, pages, moment)
    if not covered.pages:
        raise not_covered(covered.earliest, moment)


def not_covered(earliest: datetime | None, moment: datetime) -> WgwatchError:
    """Why there is no answer about a moment before the first look."""
    if earliest is None:
        return WgwatchError("no page was looked at yet: wgwatch check looks now")
    return WgwatchError(f"nothing is known of {day(moment)}: the earliest look is of {day(earliest)}")


def one_page(connection: sa.Connection, word: str) -> Page:
    """The page of an address or group. Raises UsageError where there is none, or more than one."""
    found = _pages(connection, word)
    named = [page for page in found if page.is_named]
    if len(found) == 1 or len(named) == 1:  # its calendars and the like go by their addresses
        return (named or found)[0]
    if found:
        raise UsageError(f"'{word}' has several pages: {', '.join(page.url for page in found)}")
    raise UsageError(f"no page is known by '{word}': give its address, or a group's acronym")


def checked_pages(connection: sa.Connection, words: tuple[str, ...]) -> list[Page]:
    """The watched pages of sources, groups or addresses; all without words."""
    from storage import pages
    from storage.watched import subscriptions

    if not words:
        return [page for page in pages.all_pages(connection) if page.paused_at is None]
    sources = set(subscriptions.source_names(connection))
    found: dict[int, Page] = {}
    for word in words:
        named = pages.of_source(connection, word) if word in sources else _pages(connection, word)
        if not named:
            raise UsageError(f"'{word}' is no source, group or address that is watched")
        found |= {page.id: page for page in named}
    return list(found.values())


def _pages(connection: sa.Connection, word: str) -> list[Page]:
    from storage import pages

    if "://" in word:
        page = pages.by_key(connection, page_key(word))
        return [page] if page else []
    return pages.of_group(connection, word)
