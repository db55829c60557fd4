"""Pages that links led to: which source follows what, where a page was found, and which links stand today."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.models import followed, links, listings, page_sources, pages, sources
from storage.pages import NAMED, lock_every


@dataclass(frozen=True, slots=True)
class Following:
    """What a source follows, as the watchlist says: `links` is a pattern of paths, None where only calendars or feeds
    are read; `look` is how its pages are looked at.
    """

    source_id: int
    source: str
    profile: str | None
    links: str | None
    depth: int
    at_most: int
    look: Mapping[str, Any]
    calendars: bool = False
    feeds: bool = False


@dataclass(frozen=True, slots=True)
class Followed:
    """A page that a source's links led to; `via` is `link`, `calendar` or `feed`."""

    page_id: int
    source_id: int
    from_page_id: int
    depth: int
    found_at: datetime
    unlinked_at: datetime | None
    gone_at: datetime | None
    via: str = "link"


@dataclass(frozen=True, slots=True)
class Listing:
    """The answer that links were last taken from, and by which rules."""

    rules: str
    blob_id: int


def hold(connection: sa.Connection, page_id: int) -> None:
    """Keep others from following links of this page's sources until the transaction ends.

    To be asked for before the page's own row, as `hold_every` does.
    """
    ids = [following.source_id for following in of_page(connection, page_id)]
    if ids:
        connection.execute(_HOLD, {"of_sources": ids})


def hold_every(connection: sa.Connection) -> None:
    """Hold all sources and then all pages, in the order of `hold`: for what may change any of them."""
    connection.execute(sa.select(sources.c.id).order_by(sources.c.id).with_for_update())
    lock_every(connection)


_HOLD = (
    sa.select(sources.c.id)
    .where(sources.c.id.in_(sa.bindparam("of_sources", expanding=True)))
    .order_by(sources.c.id)
    .with_for_update()
)


def of_page(connection: sa.Connection, page_id: int) -> list[Following]:
    """The sources of a page that follow links."""
    found = connection.execute(_OF_PAGE, {"of_page": page_id})
    return [following for row in found if (following := _following(row))]


_OF_PAGE = (
    sa.select(sources)
    .join(page_sources, page_sources.c.source_id == sources.c.id)
    .where(page_sources.c.page_id == sa.bindparam("of_page"))
    .order_by(sources.c.id)
)


def of_pages(connection: sa.Connection, page_ids: Sequence[int]) -> dict[int, list[Following]]:
    """The same for many pages; those of which no source follows links are left out."""
    asked = {row.id: _following(row) for row in connection.execute(sa.select(sources))}
    found: dict[int, list[Following]] = {}
    for row in connection.execute(sa.select(page_sources).where(page_sources.c.page_id.in_(page_ids))):
        following = asked[row.source_id]
        if following is not None:
            found.setdefault(row.page_id, []).append(following)
    return found


def listings_of(connection: sa.Connection, page_ids: Sequence[int]) -> dict[tuple[int, int], Listing]:
    """What links of these pages were last taken from, by source and page."""
    rows = connection.execute(sa.select(listings).where(listings.c.page_id.in_(page_ids)))
    return {(row.source_id, row.page_id): Listing(row.rules, row.blob_id) for row in rows}


def sources_waiting(connection: sa.Connection) -> set[int]:
    """Sources of which a page is no longer linked, and is gone once all of their lists were read again."""
    waiting = (followed.c.unlinked_at.is_not(None), followed.c.gone_at.is_(None))
    return set(connection.execute(sa.select(followed.c.source_id).where(*waiting).distinct()).scalars())


def is_waiting(connection: sa.Connection, source_id: int) -> bool:
    """Whether this source is one of them."""
    return connection.execute(_WAITING, {"source": source_id}).first() is not None


_WAITING = (
    sa.select(followed.c.page_id)
    .where(followed.c.source_id == sa.bindparam("source"))
    .where(followed.c.unlinked_at.is_not(None), followed.c.gone_at.is_(None))
    .limit(1)
)


def of_source(connection: sa.Connection, source_id: int) -> Following | None:
    """How a source follows links, None where it does not."""
    row = connection.execute(sa.select(sources).where(sources.c.id == source_id)).first()
    return _following(row) if row else None


def asked(connection: sa.Connection, source: str) -> Mapping[str, Any] | None:
    """What a source was last declared to follow, as it stands in the database."""
    spec = connection.execute(sa.select(sources.c.spec).where(sources.c.name == source)).scalar()
    return spec.get("follow") if spec else None


def named_pages(connection: sa.Connection, source_id: int) -> list[int]:
    """The pages that the watchlist names for a source: following begins there."""
    return list(connection.execute(_named(source_id, pages.c.id)).scalars())


def named_hosts(connection: sa.Connection, source_id: int) -> list[str]:
    """The hosts of these pages, in alphabetical order."""
    return sorted(connection.execute(_named(source_id, pages.c.host).distinct()).scalars())


def all_of(connection: sa.Connection, source_id: int) -> list[Followed]:
    """Pages that the source's links led to and that are not gone, in the order in which they were found.

    Those that the watchlist names by now are there too.
    """
    return _all(connection, followed.c.source_id == source_id)


def unnamed(connection: sa.Connection, source_id: int) -> list[Followed]:
    """The same without those that the watchlist names."""
    return _all(connection, followed.c.source_id == source_id, pages.c.origin == "followed")


def followers(connection: sa.Connection, page_id: int) -> list[int]:
    """The sources whose links lead to a page today."""
    query = sa.select(followed.c.source_id).where(followed.c.page_id == page_id, followed.c.gone_at.is_(None))
    return list(connection.execute(query.order_by(followed.c.source_id)).scalars())


def offered_by(connection: sa.Connection, page_id: int) -> list[int]:
    """The pages that offer this one as their calendar or feed."""
    return list(connection.execute(_OFFERED_BY, {"of_page": page_id}).scalars())


_OFFERED_BY = (
    sa.select(followed.c.from_page_id)
    .where(followed.c.page_id == sa.bindparam("of_page"), followed.c.via != "link")
    .where(followed.c.gone_at.is_(None))
    .distinct()
)


def add(connection: sa.Connection, found: Followed) -> None:
    """A page was found, or found again."""
    _delete(connection, followed, source_id=found.source_id, page_id=found.page_id)
    values = {name: getattr(found, name) for name in Followed.__slots__}
    connection.execute(sa.insert(followed).values(values))


def update(connection: sa.Connection, source_id: int, page_ids: Collection[int], **values: Any) -> None:
    """Set columns of followed pages."""
    mine = (followed.c.source_id == source_id, followed.c.page_id.in_(list(page_ids)))
    connection.execute(sa.update(followed).where(*mine).values(values))


def listing(connection: sa.Connection, source_id: int, page_id: int) -> Listing | None:
    """What links were last taken from, None where they never were."""
    row = connection.execute(_LISTING, {"source": source_id, "of_page": page_id}).first()
    return Listing(row.rules, row.blob_id) if row else None


_LISTING = sa.select(listings).where(
    listings.c.source_id == sa.bindparam("source"), listings.c.page_id == sa.bindparam("of_page")
)


def put_listing(connection: sa.Connection, source_id: int, page_id: int, said: Listing) -> None:
    """Links were taken from this answer."""
    _delete(connection, listings, source_id=source_id, page_id=page_id)
    values = {"source_id": source_id, "page_id": page_id, "rules": said.rules, "blob_id": said.blob_id}
    connection.execute(sa.insert(listings).values(values))


def links_from(connection: sa.Connection, source_id: int, page_id: int) -> set[int]:
    """The links of one page that stand."""
    return set(connection.execute(_LINKS_FROM, {"source": source_id, "of_page": page_id}).scalars())


_LINKS_FROM = sa.select(links.c.to_page_id).where(
    links.c.source_id == sa.bindparam("source"), links.c.from_page_id == sa.bindparam("of_page")
)


def repeat_listings(connection: sa.Connection, found: Sequence[tuple[int, int, int]]) -> None:
    """Answers (page, blob before it, blob) that have the links of the ones before them."""
    rows = [{"of_page": page_id, "before": before, "now": blob_id} for page_id, before, blob_id in found]
    connection.execute(_REPEAT, rows)


_REPEAT = (
    sa.update(listings)
    .where(listings.c.page_id == sa.bindparam("of_page"), listings.c.blob_id == sa.bindparam("before"))
    .values(blob_id=sa.bindparam("now"))
)


def links_of(connection: sa.Connection, source_id: int) -> dict[int, set[int]]:
    """Every link that stands: from a page to pages."""
    query = sa.select(links.c.from_page_id, links.c.to_page_id).where(links.c.source_id == source_id)
    found: dict[int, set[int]] = {}
    for come_from, to in connection.execute(query):
        found.setdefault(come_from, set()).add(to)
    return found


def set_links(connection: sa.Connection, source_id: int, page_id: int, targets: Iterable[int]) -> None:
    """The links that a page shows now."""
    _delete(connection, links, source_id=source_id, from_page_id=page_id)
    rows = [
        {"source_id": source_id, "from_page_id": page_id, "to_page_id": to} for to in sorted(set(targets))
    ]
    if rows:
        connection.execute(sa.insert(links), rows)


def all_seen_since(connection: sa.Connection, page_ids: Sequence[int], moment: datetime) -> bool:
    """Whether each of the pages had a good look at or after the moment."""
    query = sa.select(sa.func.count()).where(pages.c.id.in_(page_ids), pages.c.last_good_at >= moment)
    return connection.execute(query).scalar_one() == len(set(page_ids))


def _all(connection: sa.Connection, *tests: sa.ColumnElement[bool]) -> list[Followed]:
    query = (
        sa.select(followed)
        .join(pages, pages.c.id == followed.c.page_id)
        .where(followed.c.gone_at.is_(None), *tests)
        .order_by(followed.c.found_at, followed.c.page_id)
    )
    return [_followed(row) for row in connection.execute(query)]


def _named(source_id: int, column: sa.Column[Any]) -> sa.Select[Any]:
    return (
        sa.select(column)
        .join(page_sources, page_sources.c.page_id == pages.c.id)
        .where(page_sources.c.source_id == source_id, pages.c.origin.in_(NAMED))
        .where(pages.c.paused_at.is_(None))
    )


def _delete(connection: sa.Connection, table: sa.Table, **values: int) -> None:
    connection.execute(sa.delete(table).where(*(table.c[name] == value for name, value in values.items())))


def _following(row: Any) -> Following | None:
    said = row.spec.get("follow")
    if not said:
        return None
    how = (said["links"], said["depth"], said["at_most"], said["look"])
    also = (said.get("calendars", False), said.get("feeds", False))
    return Following(row.id, row.name, row.spec.get("profile"), *how, *also)


def _followed(row: Any) -> Followed:
    return Followed(**{name: getattr(row, name) for name in Followed.__slots__})
