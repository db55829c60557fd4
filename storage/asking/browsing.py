"""What the web pages list, a piece at a time: never more rows than are shown, however many there are.

Pieces follow each other by the last row of the one before (its id or key), not by counting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from config.kinds import CHANGE_KINDS
from storage import captures, changes, deliveries, pages
from storage.asking.queries import starts_on
from storage.captures import Capture
from storage.changes import Change
from storage.deliveries import Delivery
from storage.models import UTCDateTime, observations, page_sources, section_spans, sources
from storage.models import captures as capture_table
from storage.models import changes as change_table
from storage.models import deliveries as delivery_table
from storage.models import pages as page_table
from storage.pages import Page

FEW = 1_000
"""Pages of a source that are listed for a question rather than asked for one by one."""
WELL = "ok"
TROUBLED = ("new", "suspect", "blocked", "failed")
"""The other healths of pages that are looked at."""

_TOLD = (~change_table.c.noise, change_table.c.same_as.is_(None), change_table.c.state != "withdrawn")
"""Changes as people are shown them: neither noise nor what another page had said, nor what came to nothing."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A section of a page, and when it was shown; `last_seen` None while it is."""

    title: str
    holds: str
    first_seen: datetime
    last_seen: datetime | None


def changes_before(
    connection: sa.Connection,
    *,
    page_ids: Sequence[int] | None = None,
    source: str | None = None,
    kinds: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    before: str | None = None,
    limit: int = 50,
) -> list[Change]:
    """The newest changes first, by when their new state was first seen; those after the change `before` in that order.

    `kinds` are whole (`event.moved`) or `event`.
    """
    table = change_table.c
    query = sa.select(change_table).where(*_TOLD)
    if page_ids is not None:
        query = query.where(table.page_id.in_(page_ids))
    if source is not None:
        query = query.where(_is_of(connection, source, table.page_id))
    if since:
        query = query.where(table.first_seen_after >= since)
    if until:
        query = query.where(table.first_seen_after <= until)
    if before:
        query = _after(connection, query, before)
    query = query.order_by(table.first_seen_after.desc(), table.number.desc()).limit(limit)
    whole = [kind for kind in CHANGE_KINDS if kind in kinds or kind.partition(".")[0] in kinds]
    if whole and page_ids is not None:
        # an expression: SQLite would else take the index of kinds, where that of pages leaves few rows
        query = query.where(table.kind.concat("").in_(whole))
    found = (
        _of_kinds(connection, query, whole, limit)
        if whole and page_ids is None
        else connection.execute(query)
    )
    return changes.from_rows(found)


def _after(connection: sa.Connection, query: sa.Select[Any], change_id: str) -> sa.Select[Any]:
    """What comes after a change in the order of the list; from its beginning where there is no such change."""
    place = (change_table.c.first_seen_after, change_table.c.number)
    row = connection.execute(sa.select(*place).where(change_table.c.id == change_id)).first()
    return query if row is None else query.where(sa.tuple_(*place) < sa.tuple_(*map(sa.literal, row)))


def _of_kinds(
    connection: sa.Connection, query: sa.Select[Any], kinds: Sequence[str], limit: int
) -> list[Any]:
    """The newest rows of some kinds: each kind's own from its index, so that a rare one is found at once."""
    rows = [row for kind in kinds for row in connection.execute(query.where(change_table.c.kind == kind))]
    return sorted(rows, key=lambda row: (row.first_seen_after, row.number), reverse=True)[:limit]


def changes_by_day(connection: sa.Connection, first: date, number: int) -> dict[str, int]:
    """How many changes were first seen on each of so many days (ISO, UTC); days without any are left out."""
    counted = sa.select(sa.literal(0).label("n")).cte("days", recursive=True)
    days = counted.union_all(sa.select(counted.c.n + 1).where(counted.c.n + 1 < number))
    begun, at, n = datetime.combine(first, time.min, UTC), change_table.c.first_seen_after, days.c.n

    def midnight(later: int) -> sa.ColumnElement[Any]:
        if connection.dialect.name == "sqlite":  # times are stored as text
            shape = "%Y-%m-%d 00:00:00.000000"
            return sa.func.strftime(shape, f"{begun:%F}", n.concat(" days"), f"+{later} days")
        return sa.literal(begun, UTCDateTime) + sa.func.make_interval(0, 0, 0, n + later)

    # each day counted from the index alone: a third of the cost of grouping rows by a part of their time
    mine = (at >= midnight(0), at < midnight(1), *_TOLD)
    query = sa.select(n, sa.select(sa.func.count()).where(*mine).scalar_subquery())
    return {f"{begun + timedelta(days=row.n):%F}": row[1] for row in connection.execute(query) if row[1]}


def announcing(
    connection: sa.Connection, since: str, until: str, limit: int, page_ids: Sequence[int] | None = None
) -> list[int]:
    """Pages that now announce an event whose first day (ISO) lies in a period, those with the first one first."""
    day = starts_on(connection)
    query = (
        sa.select(observations.c.page_id, day.label("day"))
        .where(sa.literal_column("observations.kind = 'event'"), observations.c.last_seen_at.is_(None))
        .where(day >= since, day <= until)
        .order_by(day)
        .limit(20 * limit)
    )
    if page_ids is not None:
        query = query.where(observations.c.page_id.in_(page_ids))
    first = query.subquery()
    mine = (
        sa.select(first.c.page_id).group_by(first.c.page_id).order_by(sa.func.min(first.c.day)).limit(limit)
    )
    return list(connection.execute(mine).scalars())


def pages_after(
    connection: sa.Connection,
    *,
    source: str | None = None,
    health: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> list[Page]:
    """Pages in order of their keys, from the one after the key `after` on."""
    query = sa.select(page_table.c.id).where(page_table.c.merged_into.is_(None))
    if source is not None:
        query = query.where(_is_of(connection, source, page_table.c.id))
    if health is not None:
        query = query.where(page_table.c.health == health, page_table.c.paused_at.is_(None))
    if after is not None:
        query = query.where(page_table.c.key > after)
    ids = list(connection.execute(query.order_by(page_table.c.key).limit(limit)).scalars())
    return sorted(pages.get_all(connection, ids), key=lambda page: page.key)


def health_of_sources(connection: sa.Connection, name: str | None = None) -> dict[str, dict[str, int]]:
    """For each source, or the one of that name, how many of its watched pages are in each health."""
    named = sa.select(sources.c.id, sources.c.name).order_by(sources.c.name)
    if name is not None:
        named = named.where(sources.c.name == name)
    names = {row.id: row.name for row in connection.execute(named)}
    found: dict[int, Counter[str]] = {source_id: Counter() for source_id in names}
    of_source = page_sources.c.source_id
    # nearly all pages are well: they are counted, those that are not are looked up
    every = sa.select(of_source, sa.literal(WELL), sa.func.count()).group_by(of_source)
    for source_id, health, number in connection.execute(every.where(of_source.in_(names))):
        found[source_id][health] = number
    for source_id, health, number in connection.execute(_not_well(of_source.in_(names))):
        found[source_id][WELL] -= number
        found[source_id][health] += number
    return {
        names[source_id]: {health: number for health, number in of.items() if health and number}
        for source_id, of in found.items()
    }


def _not_well(of_sources: sa.ColumnElement[bool]) -> sa.CompoundSelect[Any]:
    """Pages that are looked at and not well, and (without a health) those that are not looked at, by source."""
    of_source, merged = page_sources.c.source_id, page_table.c.merged_into
    is_troubled = (page_table.c.health.in_(TROUBLED), page_table.c.paused_at.is_(None), merged.is_(None))
    at_rest = sa.select(page_table.c.id).where(page_table.c.paused_at.is_not(None), merged.is_(None))
    return sa.union_all(
        sa.select(of_source, page_table.c.health, sa.func.count())
        .join(page_table, page_table.c.id == page_sources.c.page_id)
        .where(*is_troubled, of_sources)
        .group_by(of_source, page_table.c.health),
        sa.select(of_source, sa.literal(""), sa.func.count())
        .where(page_sources.c.page_id.in_(at_rest), of_sources)
        .group_by(of_source),
    )


def captures_before(
    connection: sa.Connection,
    page_id: int,
    before: datetime | None = None,
    limit: int = 50,
    *,
    since: datetime | None = None,
) -> list[Capture]:
    """A page's captures, newest first, that were first seen before a time, and last seen since one."""
    query = sa.select(capture_table.c.id).where(capture_table.c.page_id == page_id)
    if since is not None:
        query = query.where(capture_table.c.last_seen_at >= since)
    if before is not None:
        query = query.where(capture_table.c.first_seen_at < before)
    newest = query.order_by(capture_table.c.first_seen_at.desc()).limit(limit)
    return captures.get_all(connection, list(connection.execute(newest).scalars()))


def moments_of(
    connection: sa.Connection, page_id: int, limit: int = 20_000
) -> tuple[list[tuple[datetime, datetime]], list[datetime]]:
    """First and last look of the page's captures, and when its changes were first seen; the newest of each."""
    kept, told = capture_table.c, change_table.c
    looks = sa.select(kept.first_seen_at, kept.last_seen_at).where(kept.page_id == page_id)
    seen = sa.select(told.first_seen_after).where(told.page_id == page_id, *_TOLD)
    return (
        [
            (row[0], row[1])
            for row in connection.execute(looks.order_by(kept.first_seen_at.desc()).limit(limit))
        ],
        list(connection.execute(seen.order_by(told.first_seen_after.desc()).limit(limit)).scalars()),
    )


def sections_of(connection: sa.Connection, page_ids: Sequence[int], moment: datetime) -> list[Shown]:
    """The sections that pages had shown by a moment, those that they showed then first."""
    spans = section_spans.c
    query = sa.select(section_spans).where(spans.page_id.in_(page_ids), spans.first_seen_at <= moment)
    found = [
        Shown(
            row.title,
            row.holds,
            row.first_seen_at,
            row.last_seen_at if row.next_look_at is not None and row.next_look_at <= moment else None,
        )
        for row in connection.execute(query.order_by(spans.id))
    ]
    return sorted(found, key=lambda section: section.last_seen is not None)


def deliveries_before(
    connection: sa.Connection, *, state: str | None = None, before: str | None = None, limit: int = 50
) -> list[Delivery]:
    """Deliveries without their items, the newest first; those planned before the delivery `before`."""
    query = sa.select(delivery_table)
    if state is not None:
        query = query.where(delivery_table.c.state == state)
    if before is not None:
        at = sa.select(delivery_table.c.number).where(delivery_table.c.id == before).scalar_subquery()
        query = query.where(delivery_table.c.number < at)
    return deliveries.from_rows(
        connection.execute(query.order_by(delivery_table.c.number.desc()).limit(limit))
    )


def _is_of(connection: sa.Connection, source: str, page_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Whether a row's page is of a source: asked row by row where it has so many that the first rows will be."""
    mine = _pages_of(source)
    count = connection.execute(
        sa.select(sa.func.count()).select_from(mine.limit(FEW + 1).subquery())
    ).scalar_one()
    return page_id.in_(mine) if count <= FEW else mine.where(page_sources.c.page_id == page_id).exists()


def _pages_of(source: str) -> sa.Select[Any]:
    mine = sa.select(page_sources.c.page_id).join(sources, sources.c.id == page_sources.c.source_id)
    return mine.where(sources.c.name == source)
