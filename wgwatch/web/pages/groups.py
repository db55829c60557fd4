"""Groups and sources: what is watched, and all that is known of one group."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

import sqlalchemy as sa
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from config.errors import UsageError
from diffing.composing import compose
from storage.asking import browsing, queries
from storage.pages import Page
from storage.watched import subscriptions
from wgwatch.past.asking import Question, Told, answer
from wgwatch.web import listing
from wgwatch.web.asked import moment, period, reading, word
from wgwatch.web.coming import Coming, coming
from wgwatch.web.groups import few_pages_called
from wgwatch.web.pages.periods import over as over_period
from wgwatch.web.records import Row, over, row
from wgwatch.web.templating import show

PIECE = 60
SHOWN = 30
"""Pages on the page of a source, which leads to the others."""
MOST = 60
"""Records of a kind that are listed; the table of records has them all."""
HEALTHS = ("ok", "new", "suspect", "blocked", "failed")


@dataclass(frozen=True, slots=True)
class Kept:
    """A group's records of one kind: those that stand, and those that are over, both cut to what is listed."""

    kind: str
    standing: tuple[Row, ...]
    former: tuple[Row, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a group at a moment."""

    upcoming: tuple[Coming, ...]
    past: tuple[Coming, ...]
    undated: tuple[Row, ...]
    former_events: tuple[Row, ...]
    contacts: Kept
    projects: Kept
    news: Kept
    about: tuple[Row, ...]
    disagreements: tuple[str, ...]


def listed(request: Request) -> Response:
    """All sources with their health, and the pages they watch."""
    source, health = word(request, "source"), word(request, "health")
    with reading(request) as (connection, _):
        found = browsing.pages_after(
            connection,
            source=source,
            health=health if health in HEALTHS else None,
            after=word(request, "after"),
            limit=PIECE,
        )
        sources = browsing.health_of_sources(connection)
    if source and source not in sources:
        raise HTTPException(404, f"There is no source '{source}'.")
    more = urlencode({**request.query_params, "after": found[-1].key}) if len(found) == PIECE else None
    return show(
        request,
        "groups.html",
        pages=found,
        sources=sources,
        source=source,
        health=health,
        healths=HEALTHS,
        more=f"?{more}" if more else None,
    )


def source_page(request: Request) -> Response:
    """One source: what it asks for, how its pages fare, what changed on them."""
    name = request.path_params["name"]
    with reading(request) as (connection, _):
        sources = browsing.health_of_sources(connection, name)
        if name not in sources:
            raise HTTPException(404, f"There is no source '{name}'.")
        found = browsing.pages_after(connection, source=name, limit=SHOWN + 1)
        return show(
            request,
            "source.html",
            name=name,
            health=sources[name],
            stored=next(stored for stored in subscriptions.sources_of(connection) if stored.name == name),
            pages=found[:SHOWN],
            more=len(found) > SHOWN,
            days=listing.by_day(browsing.changes_before(connection, source=name, limit=20)),
        )


def group_page(request: Request) -> Response:
    """All that is known of a group, now, as of a day, or over a period."""
    name, asked, during = request.path_params["name"], moment(request, "as_of"), period(request, "during")
    if asked and during:
        raise UsageError("give a day or a period, not both")
    with reading(request) as (connection, now):
        found = few_pages_called(connection, name)
        if during:
            return over_period(request, connection, found, during, now)
        ids = [page.id for page in found]
        return show(
            request,
            "group.html",
            name=found[0].label,
            pages=found,
            as_of=asked,
            known=_known(connection, found, name, asked or now)
            if any(p.last_good_at for p in found)
            else None,
            looks=queries.looks_around(connection, found, asked or now),
            sections=browsing.sections_of(connection, ids, asked or now),
            days=listing.by_day(browsing.changes_before(connection, page_ids=ids, until=asked, limit=15)),
        )


def _known(connection: sa.Connection, found: list[Page], name: str, at: datetime) -> Known:
    ever = {
        kind: _told(connection, found, Question(kind, name, as_of=at, history=True), at)
        for kind in ("event", "contact", "project")
    }
    now = {kind: _told(connection, found, Question(kind, name, as_of=at), at) for kind in ("news", "group")}
    told = {kind: _standing(each) for kind, each in ever.items()} | now
    today = at.date().isoformat()
    dated = coming(told["event"].records)
    gone = over([each.shown for each in ever["event"].records], told["event"].records)
    return Known(
        upcoming=tuple(
            event for event in dated if (event.ends_on or event.starts_on) >= today[: len(event.starts_on)]
        ),
        past=tuple(
            event
            for event in reversed(dated)
            if (event.ends_on or event.starts_on) < today[: len(event.starts_on)]
        )[:MOST],
        undated=tuple(
            row(e.shown) for e in told["event"].records if not getattr(e.shown.record, "starts_on", None)
        ),
        former_events=tuple(map(row, gone[:MOST])),
        contacts=_kept("contact", told, ever),
        projects=_kept("project", told, ever),
        news=_kept("news", told, {"news": told["news"]}),
        about=tuple(row(each.shown) for each in told["group"].records[:1]),
        disagreements=tuple(sentence for each in told.values() for sentence in each.disagreements()),
    )


def _told(connection: sa.Connection, found: list[Page], question: Question, at: datetime) -> Told:
    told = answer(connection, found, question, at)
    assert isinstance(told, Told)  # silence is only about periods
    return told


def _standing(ever: Told) -> Told:
    """Of all that was ever said, what still is; as of records of several pages, one each."""
    seen = [each.shown for each in ever.records if each.shown.state == queries.SEEN]
    return replace(ever, records=tuple(compose(seen, {})))


def _kept(kind: str, told: dict[str, Told], ever: dict[str, Told]) -> Kept:
    """With the tenure of those that stand: all the intervals over which they were named."""
    standing = told[kind].records
    tenure = {each.shown.record_id: each.shown for each in ever[kind].records if each.shown.intervals}
    rows = [row(tenure.get(each.shown.record_id, each.shown)) for each in standing[:MOST]]
    gone = over([each.shown for each in ever[kind].records], standing)
    return Kept(kind, tuple(rows), tuple(map(row, gone[:MOST])), max(len(standing) - MOST, 0))
