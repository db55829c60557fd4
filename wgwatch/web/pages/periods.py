"""A group over a period: everything that its pages said at some look in it, and what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import Response

from storage.asking import browsing
from storage.asking.queries import Answer
from storage.pages import Page
from wgwatch.past.asking import PLURAL, Question, Silence, answer
from wgwatch.web import listing
from wgwatch.web.records import Row, headings, row
from wgwatch.web.templating import show

KINDS = ("contact", "event", "project", "news")
MOST = 100
"""Records of a kind that are listed; the table of records has more."""
CHANGES = 60


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of one kind at some time: `when` in words, with its moment where it is one look."""

    kind: str
    plural: str
    headings: Sequence[str]
    when: str
    at: datetime | None
    rows: tuple[Row, ...]
    left_out: int


def over(
    request: Request,
    connection: sa.Connection,
    found: list[Page],
    during: tuple[datetime, datetime],
    now: datetime,
) -> Response:
    """The page of it. Where nobody looked in the period: what stood at the looks before it and after it."""
    name = request.path_params["name"]
    told = {kind: answer(connection, found, Question(kind, name, during=during), now) for kind in KINDS}
    silence = next((each for each in told.values() if isinstance(each, Silence)), None)
    since, until = during
    return show(
        request,
        "group_period.html",
        name=found[0].label,
        silence=silence,
        said=[one for kind, each in told.items() for one in _said(kind, each)],
        days=listing.by_day(
            browsing.changes_before(
                connection, page_ids=[page.id for page in found], since=since, until=until, limit=CHANGES
            )
        ),
    )


def _said(kind: str, told: Any) -> list[Said]:
    if not isinstance(told, Silence):
        return [_table(kind, "", None, [each.shown for each in told.records])]
    sides = (("before", told.last_look, told.before), ("after", told.next_look, told.after))
    return [_table(kind, when, at, answers) for when, at, answers in sides if at]


def _table(kind: str, when: str, at: datetime | None, answers: Sequence[Answer]) -> Said:
    rows = tuple(map(row, answers[:MOST]))
    return Said(kind, PLURAL[kind], headings(kind), when, at, rows, max(len(answers) - MOST, 0))
