"""Records of a kind as of a day, over a period, or ever; and one record's own history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from config.errors import UsageError
from storage import changes, links, pages, register
from storage.asking import queries
from storage.asking.filters import Filter
from storage.fulltext import search
from storage.pages import Page
from storage.records import Contact, Record, record_from_json
from wgwatch.cli.records import FILTERS
from wgwatch.past.asking import PLURAL, Question, Silence, answer
from wgwatch.web import listing
from wgwatch.web.asked import moment, period, reading, word
from wgwatch.web.groups import name_of, pages_called
from wgwatch.web.history import versions_in_words
from wgwatch.web.records import headings, row
from wgwatch.web.roles import Term, terms
from wgwatch.web.templating import show

MANY = 400
"""Pages that are asked at once; a question about more needs a group or words."""
MOST = 500
"""Rows of a table."""
KINDS = {plural: kind for kind, plural in PLURAL.items()}


def table(request: Request) -> Response:
    """What the pages say, in the command line's words: --as-of, --during, --held, --history, and filters."""
    plural = word(request, "kind") or "events"
    if plural not in KINDS:
        raise UsageError(f"'{plural}' is no kind of record; there are: {', '.join(KINDS)}")
    question = _question(request, KINDS[plural])
    with reading(request) as (connection, now):
        found = _pages(connection, question)
        told = answer(connection, found, question, now) if found else None
    return show(
        request,
        "records.html",
        plural=plural,
        kinds=list(KINDS),
        filters=FILTERS[question.kind],
        question=question,
        asked=request.query_params,
        is_narrowed=question.wanted.asks,
        headings=headings(question.kind),
        too_many=found is None,
        silence=told if isinstance(told, Silence) else None,
        sides=_sides(told) if isinstance(told, Silence) else (),
        rows=[] if told is None or isinstance(told, Silence) else [row(e.shown) for e in told.records[:MOST]],
        told=None if isinstance(told, Silence) else told,
        left_out=0 if told is None or isinstance(told, Silence) else max(len(told.records) - MOST, 0),
    )


def record_page(request: Request) -> Response:
    """One record over all pages and times: an event's moves, a role's holders, a project over the years."""
    wanted = request.path_params["id"]
    with reading(request) as (connection, now):
        record_id = register.resolve(connection, wanted)
        entity = links.entities(connection, [record_id]).get(record_id, record_id)
        members = links.members(connection, [entity]) or {record_id}
        versions = links.versions_of(connection, members)
        known = register.known(connection, record_id)
        if known is None and not versions:
            raise HTTPException(404, "No record has this id.")
        told = [change for member in sorted(members) for change in changes.find(connection, record_id=member)]
        on = _on(connection, versions)
        record = record_from_json(versions[-1].kind, versions[-1].said) if versions else None
        told.sort(key=lambda change: change.first_seen_after, reverse=True)
        return show(
            request,
            "record.html",
            id=entity,
            kind=versions[-1].kind if versions else (known or ("", "record"))[1],
            label=versions[-1].label if versions else _last_label(told),
            record=record,
            terms=_terms(connection, record, on, now),
            group=next((name for page in on.values() if (name := name_of(page))), None),
            spans=versions_in_words(versions, on),
            pages=on,
            days=listing.by_day(told),
            seen=queries.SEEN,
        )


def _terms(
    connection: sa.Connection, record: Record | None, on: dict[int, Page], now: datetime
) -> list[Term]:
    """All who held the role of a contact, on the pages that name it."""
    if not isinstance(record, Contact) or not record.role:
        return []
    ever = queries.as_of(connection, Contact.kind, on.values(), now, history=True)
    return terms([each for each in ever if _is_of(each, record.group)], record.role)


def _is_of(answer: queries.Answer, group: str | None) -> bool:
    """On a page of many groups each has its own."""
    return getattr(answer.record, "group", None) == group


def _question(request: Request, kind: str) -> Question:
    as_of, during = moment(request, "as_of"), period(request, "during")
    if as_of and during:
        raise UsageError("give a day or a period, not both")
    wanted = Filter(**{name: word(request, name) for name in FILTERS[kind]})
    wanted.terms()  # words that are none are told before anything is read
    return Question(
        kind,
        word(request, "group"),
        as_of,
        during,
        period(request, "held") if kind == "event" else None,
        word(request, "history") is not None,
        kind == "event" and word(request, "prose") is not None,
        wanted,
    )


def _pages(connection: sa.Connection, question: Question) -> list[Page] | None:
    """The pages to ask; None where they are too many to ask at once."""
    if question.group:
        return pages_called(connection, question.group)
    ids, terms = pages.some(connection, MANY + 1), question.wanted.terms()
    if len(ids) > MANY and terms:
        ids = search.pages_with(connection, question.kind, terms)
    return pages.get_all(connection, sorted(ids)) if len(ids) <= MANY else None


def _sides(silence: Silence) -> tuple[tuple[str, Any, list[Any]], ...]:
    return (
        ("Before", silence.last_look, [row(each) for each in silence.before[:MOST]]),
        ("After", silence.next_look, [row(each) for each in silence.after[:MOST]]),
    )


def _on(connection: sa.Connection, versions: list[Any]) -> dict[int, Page]:
    return {page.id: page for page in pages.get_all(connection, sorted({row.page_id for row in versions}))}


def _last_label(told: list[Any]) -> str:
    return next((c.payload["record"]["label"] for c in told if c.payload.get("record")), "A record")
