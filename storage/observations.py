"""Observations: what one page says of a record, in versions over time, and the spans over which sections were shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import group_names
from storage.models import observations, passages, section_spans
from storage.records import Group, Record, record_from_json

SECTION_GONE = "section not shown"
"""The verdict of versions whose list is no longer shown: they sleep until it is."""


@dataclass(slots=True)
class Version:
    """What the page said of a record over one interval. Open (no `last_seen`) while it still says so."""

    record_id: str
    record: Record
    first_seen: datetime
    last_seen: datetime | None = None
    next_look: datetime | None = None
    verdict: str | None = None
    row_id: int | None = None


@dataclass(slots=True)
class Span:
    """An interval over which a section was shown."""

    key: str
    title: str
    holds: str
    first_seen: datetime
    last_seen: datetime | None = None
    next_look: datetime | None = None
    row_id: int | None = None


@dataclass(slots=True)
class PageState:
    """Where a page's history stands, and (`touched`) what a derivation has made or ended since it was loaded.

    `dormant` are versions whose list is not shown, `known` every record id ever met on the page.
    """

    open: list[Version] = field(default_factory=list)
    dormant: list[Version] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    past_sections: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    touched: list[Version] = field(default_factory=list)
    touched_spans: list[Span] = field(default_factory=list)


def load(connection: sa.Connection, page_id: int) -> PageState:
    """The state that the next look at the page is compared with."""
    state = PageState()
    mine = {"of_page": page_id}
    for row in connection.execute(_CURRENT, mine):
        version = _version(row)
        (state.open if version.last_seen is None else state.dormant).append(version)
    state.known.update(connection.execute(_KNOWN, mine).scalars())
    awake = {version.record_id for version in state.open}
    state.dormant = [version for version in _latest(state.dormant) if version.record_id not in awake]
    for row in connection.execute(_SPANS, mine):
        if row.last_seen_at is None:
            state.spans.append(Span(row.key, row.title, row.holds, row.first_seen_at, row_id=row.id))
        else:
            state.past_sections.add(row.key)
    return state


_MINE = observations.c.page_id == sa.bindparam("of_page")
_CURRENT = (
    sa.select(observations)
    .where(_MINE, sa.or_(observations.c.last_seen_at.is_(None), observations.c.verdict == SECTION_GONE))
    .order_by(observations.c.id)
)
_KNOWN = sa.select(observations.c.record_id).where(_MINE).distinct()
_SPANS = sa.select(section_spans).where(section_spans.c.page_id == sa.bindparam("of_page"))


def meetings(connection: sa.Connection, page_id: int) -> list[tuple[str | None, str | None]]:
    """First and last day of each event that the page says now, as it says them."""
    said = (observations.c.page_id == page_id, observations.c.kind == "event")
    query = sa.select(observations.c.said).where(*said, observations.c.last_seen_at.is_(None))
    return [(row.said.get("starts_on"), row.said.get("ends_on")) for row in connection.execute(query)]


def save(connection: sa.Connection, page_id: int, state: PageState) -> None:
    """Write what a step touched."""
    new = [version for version in _once(state.touched) if version.row_id is None]
    if new:
        connection.execute(sa.insert(observations), [_row(page_id, version) for version in new])
    for version in _once(state.touched):
        if version.row_id is not None:
            connection.execute(
                sa.update(observations)
                .where(observations.c.id == version.row_id)
                .values(_row(page_id, version))
            )
    for span in _once(state.touched_spans):
        _save_span(connection, page_id, span)
    group_names.note(connection, page_id, _names(state.touched))


def replace(connection: sa.Connection, page_id: int, state: PageState) -> None:
    """Put a whole derived history in the place of the old one."""
    connection.execute(sa.delete(observations).where(observations.c.page_id == page_id))
    connection.execute(sa.delete(section_spans).where(section_spans.c.page_id == page_id))
    group_names.forget_said(connection, page_id)
    save(connection, page_id, state)


def all_of(connection: sa.Connection, page_id: int) -> list[Version]:
    """Every version of every record of the page."""
    query = sa.select(observations).where(observations.c.page_id == page_id).order_by(observations.c.id)
    return [_version(row) for row in connection.execute(query)]


def redirect(connection: sa.Connection, page_id: int, younger: str, older: str) -> None:
    """Observations of a record that turned out to be another's are the other's."""
    for table in (observations, passages):
        connection.execute(
            sa.update(table)
            .where(table.c.page_id == page_id, table.c.record_id == younger)
            .values(record_id=older)
        )


def _names(versions: Sequence[Version]) -> list[str | None]:
    """What the groups among the versions are called."""
    groups = [version.record for version in versions if isinstance(version.record, Group)]
    return [name for group in groups for name in (group.acronym, group.name)]


def _latest(versions: Sequence[Version]) -> list[Version]:
    return list({version.record_id: version for version in versions}.values())


def _once(touched: Sequence[Any]) -> list[Any]:
    return list({id(item): item for item in touched}.values())


def _version(row: Any) -> Version:
    return Version(
        record_id=row.record_id,
        record=record_from_json(row.kind, row.said),
        first_seen=row.first_seen_at,
        last_seen=row.last_seen_at,
        next_look=row.next_look_at,
        verdict=row.verdict,
        row_id=row.id,
    )


def _row(page_id: int, version: Version) -> dict[str, Any]:
    return {
        "page_id": page_id,
        "record_id": version.record_id,
        "kind": version.record.kind,
        "label": version.record.label,
        "said": version.record.to_json(),
        "first_seen_at": version.first_seen,
        "last_seen_at": version.last_seen,
        "next_look_at": version.next_look,
        "verdict": version.verdict,
    }


def _save_span(connection: sa.Connection, page_id: int, span: Span) -> None:
    values = {
        "page_id": page_id,
        "key": span.key,
        "title": span.title,
        "holds": span.holds,
        "first_seen_at": span.first_seen,
        "last_seen_at": span.last_seen,
        "next_look_at": span.next_look,
    }
    if span.row_id is None:
        connection.execute(sa.insert(section_spans).values(values))
    else:
        connection.execute(sa.update(section_spans).where(section_spans.c.id == span.row_id).values(values))
