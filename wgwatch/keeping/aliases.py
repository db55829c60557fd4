"""Old and new addresses of one page: joined, with the histories that they had apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from config.addresses import check_url, page_key
from crawler.history.derivation import Reader, rebuild
from storage import pages, sightings
from storage.engine import Database
from storage.keeping import merging
from storage.pages import Page
from storage.sightings import Sighting
from wgwatch.imports.admission import outdoes_rival


@dataclass(frozen=True, slots=True)
class Aliased:
    """A page with one more address. `outcome` is added, known, or merged (with so many looks of the other page)."""

    page: Page
    outcome: str
    looks: int = 0


def alias(
    database: Database, page: Page, address: str, now: datetime, reader_of: Callable[[Page], Reader]
) -> Aliased:
    """Let `address` be one of the page's. Where it is another page's, that one's history becomes this one's too.

    Both hash chains stay as they are; the page's goes on with what it took over. Raises UsageError for no address.
    """
    key = page_key(check_url(address))
    with database.write() as connection:
        other = pages.by_key(connection, key)
        if other is None:
            pages.add_address(connection, page.id, key, address, now)
            return Aliased(page, "added")
        if other.id == page.id:
            return Aliased(page, "known")
        for page_id in sorted((page.id, other.id)):  # in one order, or two of us could wait for each other
            pages.lock(connection, page_id)
        looks = _merge(connection, pages.get(connection, page.id), other, now, reader_of)
        return Aliased(pages.get(connection, page.id), "merged", looks)


def _merge(
    connection: sa.Connection, page: Page, other: Page, now: datetime, reader_of: Callable[[Page], Reader]
) -> int:
    looks = 0
    for sighting in merging.sightings_to_take(connection, other.id):
        looks += _take(connection, page, sighting)
    merging.move_over(connection, other.id, page.id, now)
    if not page.spec and other.spec:
        _watch_as(connection, page, other)
    rebuild(connection, pages.get(connection, other.id), reader_of(other))
    page = pages.get(connection, page.id)
    rebuild(connection, page, reader_of(page))
    good = [moment for moment in (page.last_good_at, other.last_good_at) if moment is not None]
    pages.update(connection, page.id, last_good_at=max(good, default=None))
    return looks


def _take(connection: sa.Connection, page: Page, sighting: Sighting) -> bool:
    at, blob_id = sighting.seen_at, sighting.blob_id
    if blob_id is not None and sightings.already_seen(connection, page.id, at, blob_id):
        return False
    if sighting.good and blob_id is not None:
        sighting = outdoes_rival(connection, page.id, sighting, blob_id)
    sightings.add(connection, page.id, sighting)
    return True


def _watch_as(connection: sa.Connection, page: Page, other: Page) -> None:
    """A page that only imports knew is watched as the other was."""
    pages.update(
        connection,
        page.id,
        url=other.url,
        host=other.host,
        profile=other.profile,
        acronym=other.acronym,
        name=other.name,
        origin=other.origin,
        spec=dict(other.spec),
        paused_at=other.paused_at,
        next_check_at=other.next_check_at,
    )
