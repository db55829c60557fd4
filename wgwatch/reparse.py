"""Read the past anew with today's rules: history is derived, and rebuilding it tells nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from crawler.derivation import Reader, rebuild
from storage import captures, changes, pages
from storage.engine import Database
from storage.pages import Page


@dataclass(frozen=True, slots=True)
class Reparsed:
    """What rebuilding one page came to."""

    page: Page
    captures: int
    changes: int
    new_rules: bool


def reparse(database: Database, reader_of: Callable[[Page], Reader]) -> Iterator[Reparsed]:
    """Rebuild every page, each in a transaction of its own, so that checks go on meanwhile."""
    with database.read() as connection:
        wanted = [page.id for page in pages.all_pages(connection)]
    for page_id in wanted:
        with database.write() as connection:
            page = pages.lock(connection, page_id)
            reader = reader_of(page)
            rebuild(connection, page, reader)
            yield Reparsed(
                page,
                len(captures.all_of(connection, page_id)),
                len(changes.of_page(connection, page_id)),
                page.rules != reader.rules,
            )
