"""Pages and their addresses: who is due, what the last good answer's validators are, how each page fares."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from storage import group_names
from storage.models import addresses, page_sources, pages, sources

MANY = 500
"""So many pages are sooner joined with all sources than looked up one by one."""


@dataclass(frozen=True, slots=True)
class Page:
    """A watched page as it stands."""

    id: int
    key: str
    url: str
    host: str
    profile: str | None
    acronym: str | None
    name: str | None
    said_name: str | None
    origin: str
    paused_at: datetime | None
    next_check_at: datetime | None
    spec: Mapping[str, Any]
    etag: str | None
    last_modified: str | None
    validated_blob_id: int | None
    validated_url: str | None
    outline: bytes | None
    rules: str | None
    history_rules: str | None
    health: str
    health_since: datetime | None
    health_reason: str | None
    bad_looks: int
    health_told: str | None
    last_check_at: datetime | None
    last_good_at: datetime | None
    last_change_at: datetime | None
    suspect_since: datetime | None
    suspect_looks: int
    habit_changes: float | None
    habit_days: float | None
    arrivals: int
    sources: tuple[str, ...]

    @property
    def state(self) -> str:
        """Its health, or why it has none: `paused`, or `not watched` where only imports know it."""
        if self.paused_at is None:
            return self.health
        return "paused" if self.spec else "not watched"

    @property
    def label(self) -> str:
        """What a person calls it: the group, or the address."""
        return self.acronym or self.name or self.said_name or self.url


_SPEC = Page.__slots__.index("spec")
_COLUMNS = tuple(
    sa.type_coerce(pages.c.spec, sa.Text) if name == "spec" else pages.c[name]
    for name in Page.__slots__
    if name != "sources"
)
"""In the order of the fields: a page is made of a row for each look, of very many when many are due."""


def create(
    connection: sa.Connection,
    *,
    key: str,
    url: str,
    host: str,
    now: datetime,
    profile: str | None = None,
    acronym: str | None = None,
    name: str | None = None,
    spec: Mapping[str, Any] | None = None,
    origin: str = "watchlist",
) -> int:
    """A new page with its first address; answers its id. It is due at once when it has a `spec`."""
    values = {
        "key": key,
        "url": url,
        "host": host,
        "profile": profile,
        "acronym": acronym,
        "name": name,
        "origin": origin if spec is not None else "import",
        "spec": dict(spec or {}),
        "next_check_at": now if spec is not None else None,
        "paused_at": None if spec is not None else now,
    }
    page_id = int(connection.execute(sa.insert(pages).values(values).returning(pages.c.id)).scalar_one())
    add_address(connection, page_id, key, url, now)
    group_names.declare(connection, page_id, (acronym, name))
    return page_id


def add_address(connection: sa.Connection, page_id: int, key: str, url: str, now: datetime) -> None:
    """One more address of a page; one that is known stays where it is."""
    if connection.execute(sa.select(addresses.c.key).where(addresses.c.key == key)).first() is None:
        values = {"key": key, "page_id": page_id, "url": url, "added_at": now}
        connection.execute(sa.insert(addresses).values(values))


def by_key(connection: sa.Connection, key: str) -> Page | None:
    """The page that has this address (`config.addresses.page_key`)."""
    found = connection.execute(_BY_KEY, {"of_key": key}).scalar()
    return get(connection, found) if found is not None else None


_BY_KEY = sa.select(addresses.c.page_id).where(addresses.c.key == sa.bindparam("of_key"))


def address_keys(connection: sa.Connection, page_id: int | None = None) -> set[str]:
    """The keys of all addresses that are known, or of one page's."""
    query = sa.select(addresses.c.key)
    if page_id is not None:
        query = query.where(addresses.c.page_id == page_id)
    return set(connection.execute(query).scalars())


def address_pages(connection: sa.Connection) -> dict[str, int]:
    """Which page each known address (its key) belongs to."""
    return {
        row.key: row.page_id for row in connection.execute(sa.select(addresses.c.key, addresses.c.page_id))
    }


def address_urls(connection: sa.Connection, page_id: int) -> list[str]:
    """Every address that a page ever had, the oldest known first."""
    query = sa.select(addresses.c.url).where(addresses.c.page_id == page_id)
    return list(connection.execute(query.order_by(addresses.c.added_at, addresses.c.key)).scalars())


def get(connection: sa.Connection, page_id: int) -> Page:
    """A page by its number."""
    return _with_sources(connection, connection.execute(_BY_IDS, {"ids": [page_id]}).all())[0]


_BY_IDS = sa.select(*_COLUMNS).where(pages.c.id.in_(sa.bindparam("ids", expanding=True))).order_by(pages.c.id)


def get_all(connection: sa.Connection, page_ids: Sequence[int]) -> list[Page]:
    """Many pages by their numbers, in order of these."""
    return sorted(
        (
            page
            for start in range(0, len(page_ids), MANY)
            for page in _pages(connection, pages.c.id.in_(page_ids[start : start + MANY]))
        ),
        key=attrgetter("id"),
    )


def merged_into(connection: sa.Connection, page_id: int) -> int | None:
    """The page that this one was found to be, if it was."""
    return connection.execute(sa.select(pages.c.merged_into).where(pages.c.id == page_id)).scalar()


def lock(connection: sa.Connection, page_id: int) -> Page:
    """The page, its row held until the transaction ends: nobody else can add to its history meanwhile."""
    return lock_all(connection, [page_id])[page_id]


def try_lock(connection: sa.Connection, page_id: int) -> bool:
    """Hold the page's row, unless somebody else does: False then, without waiting."""
    query = sa.select(pages.c.id).where(pages.c.id == page_id).with_for_update(skip_locked=True)
    return connection.execute(query).first() is not None


def lock_all(connection: sa.Connection, page_ids: Sequence[int]) -> dict[int, Page]:
    """Many pages by their numbers, their rows held as by `lock`; always in the same order, so that two who want
    some of the same wait for each other once.
    """
    rows = connection.execute(_HELD, {"ids": page_ids}).all()
    return {page.id: page for page in _with_sources(connection, rows)}


_HELD = _BY_IDS.with_for_update()


def lock_every(connection: sa.Connection) -> None:
    """Hold every page's row, in the order of `lock_all`: for what changes many pages in an order of its own."""
    connection.execute(sa.select(pages.c.id).order_by(pages.c.id).with_for_update())


def all_pages(connection: sa.Connection) -> list[Page]:
    """Every page, by address; those that were found to be another are told there."""
    return _pages(connection, pages.c.merged_into.is_(None))


def troubled_first(connection: sa.Connection, limit: int | None = None) -> list[Page]:
    """Pages as an operator wants to see them: those that cannot be read, those in doubt, then by their next look."""
    rank = sa.case(
        (pages.c.paused_at.is_not(None), 4),
        (pages.c.health.in_(("blocked", "failed")), 0),
        (pages.c.health == "suspect", 1),
        (pages.c.health == "new", 2),
        else_=3,
    )
    order = (rank, pages.c.next_check_at, pages.c.url)
    return _pages(connection, pages.c.merged_into.is_(None), order=order, limit=limit)


def every(connection: sa.Connection) -> list[Page]:
    """All pages, those too that were found to be another: their looks and chains stay."""
    return _pages(connection)


def of_source(connection: sa.Connection, name: str) -> list[Page]:
    """The pages of a source, paused ones left out."""
    mine = (
        sa.select(page_sources.c.page_id)
        .join(sources, sources.c.id == page_sources.c.source_id)
        .where(sources.c.name == name)
    )
    return _pages(connection, pages.c.id.in_(mine), pages.c.paused_at.is_(None))


def some(connection: sa.Connection, limit: int) -> set[int]:
    """The numbers of so many pages: of all, where there are no more."""
    query = sa.select(pages.c.id).where(pages.c.merged_into.is_(None)).limit(limit)
    return set(connection.execute(query).scalars())


def of_group(connection: sa.Connection, group: str) -> list[Page]:
    """Pages whose group bears this acronym or name, as the profile or as the page itself says."""
    return _pages(connection, pages.c.id.in_(group_names.pages_called(group)), pages.c.merged_into.is_(None))


def of_host(connection: sa.Connection, host: str) -> list[Page]:
    """The watched pages of a host."""
    return _pages(connection, pages.c.host == host, pages.c.paused_at.is_(None))


def known_since(connection: sa.Connection) -> datetime | None:
    """When the first of all pages became known here: the birth of this history, wherever it is restored."""
    return connection.execute(sa.select(sa.func.min(addresses.c.added_at))).scalar()


def due(connection: sa.Connection, now: datetime) -> list[Page]:
    """Pages whose time has come, the longest waiting first."""
    return _pages(
        connection, pages.c.next_check_at <= now, pages.c.paused_at.is_(None), order=(pages.c.next_check_at,)
    )


def next_due(connection: sa.Connection) -> datetime | None:
    """When the next page is due."""
    query = sa.select(sa.func.min(pages.c.next_check_at)).where(pages.c.paused_at.is_(None))
    return connection.execute(query).scalar()


def update(connection: sa.Connection, page_id: int, **values: Any) -> None:
    """Set columns of a page."""
    connection.execute(_setting(tuple(values)), {"of_page": page_id, **values})
    if values.keys() & {"acronym", "name"}:
        row = connection.execute(sa.select(pages.c.acronym, pages.c.name).where(pages.c.id == page_id)).one()
        group_names.declare(connection, page_id, row)


def update_all(connection: sa.Connection, values: Mapping[int, Mapping[str, Any]]) -> None:
    """Set the same columns of many pages, each to its own values."""
    columns = next(iter(values.values()))
    rows = [{"of_page": page_id, **said} for page_id, said in values.items()]
    connection.execute(_setting(tuple(columns)), rows)


@lru_cache(maxsize=100)
def _setting(columns: tuple[str, ...]) -> sa.Update:
    query = sa.update(pages).where(pages.c.id == sa.bindparam("of_page"))
    return query.values({name: sa.bindparam(name) for name in columns})


def pause_all_but(connection: sa.Connection, kept: Iterable[int], now: datetime) -> None:
    """Pages that no source names any more are looked at no more; their history stays."""
    query = sa.update(pages).where(pages.c.id.not_in(list(kept)), pages.c.paused_at.is_(None))
    connection.execute(query.values(paused_at=now, next_check_at=None))


def set_sources(connection: sa.Connection, page_id: int, source_ids: Sequence[int]) -> None:
    """Which sources a page belongs to."""
    connection.execute(sa.delete(page_sources).where(page_sources.c.page_id == page_id))
    if source_ids:
        rows = [{"page_id": page_id, "source_id": source_id} for source_id in source_ids]
        connection.execute(sa.insert(page_sources), rows)


def add_source(connection: sa.Connection, page_id: int, source_id: int) -> None:
    """One more source that a page belongs to."""
    mine = (page_sources.c.page_id == page_id, page_sources.c.source_id == source_id)
    if connection.execute(sa.select(page_sources.c.page_id).where(*mine)).first() is None:
        connection.execute(sa.insert(page_sources).values(page_id=page_id, source_id=source_id))


def _pages(
    connection: sa.Connection,
    *tests: Any,
    order: Sequence[Any] = (pages.c.url,),
    limit: int | None = None,
) -> list[Page]:
    query = sa.select(*_COLUMNS).where(*tests).order_by(*order).limit(limit)
    return _with_sources(connection, connection.execute(query).all())


def _with_sources(connection: sa.Connection, rows: Sequence[Any]) -> list[Page]:
    few = {"ids": [row.id for row in rows]} if len(rows) < MANY else None
    named: dict[int, list[str]] = {}
    for page_id, name in connection.execute(_NAMES_OF if few else _NAMES, few):
        named.setdefault(page_id, []).append(name)
    return [_page(row, named.get(row.id, [])) for row in rows]


_NAMES = (
    sa.select(page_sources.c.page_id, sources.c.name)
    .join(sources, sources.c.id == page_sources.c.source_id)
    .order_by(sources.c.name)
)
_NAMES_OF = _NAMES.where(page_sources.c.page_id.in_(sa.bindparam("ids", expanding=True)))


def _page(row: Any, names: Sequence[str]) -> Page:
    said: list[Any] = [*row, tuple(names)]
    said[_SPEC] = _spec(said[_SPEC])
    return Page(*said)


def _spec(said: str | Mapping[str, Any]) -> Mapping[str, Any]:
    """What a driver gives as text, as SQLite's does, is alike for most pages and read once."""
    return _read_spec(said) if isinstance(said, str) else said


@lru_cache(maxsize=1000)
def _read_spec(said: str) -> Mapping[str, Any]:
    spec: Mapping[str, Any] = json.loads(said)
    return spec
