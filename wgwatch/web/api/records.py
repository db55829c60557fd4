"""Records: what the pages say, now, on a day, over a period, ever; and one record's own history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import sqlalchemy as sa
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.requests import Request

from config.errors import FieldErrors
from storage import pages
from storage.asking.filters import Filter
from storage.fulltext import search
from wgwatch import shapes
from wgwatch.cli.output import counted
from wgwatch.cli.records import FILTERS
from wgwatch.cli.times import period
from wgwatch.past.asking import PLURAL, Question, Silence
from wgwatch.past.walking import AT_ONCE, Place, Walk
from wgwatch.web.api.operations import Asked, Operation
from wgwatch.web.api.paging import Piece, cursor, place
from wgwatch.web.api.parameters import Flag, Listed, Span, Text, Until, Word
from wgwatch.web.api.problems import NoAnswer
from wgwatch.web.api.schemas import named
from wgwatch.web.asked import reading
from wgwatch.web.groups import pages_called

KINDS = {plural: kind for kind, plural in PLURAL.items()}


class Records(Listed):
    """A question in the command line's words."""

    kind: Literal["events", "contacts", "projects", "news", "groups"] = Field(
        description="Which records.", examples=["events"]
    )
    group: Text | None = Field(
        default=None, description="Only of this group, by acronym or name.", examples=["HWG"]
    )
    as_of: Until | None = Field(default=None, description="As the pages said on that day (its end, UTC).")
    during: Span | None = Field(default=None, description="All that they said at some look in this period.")
    held: Span | None = Field(default=None, description="Events whose own days meet this period.")
    history: Flag = Field(default=False, description="Also what they said before and say no longer.")
    prose: Flag = Field(default=False, description="Meetings that only sentences announce.")
    economy: Word | None = Field(default=None, description="Of this economy, in any spelling.")
    city: Word | None = Field(default=None, description="Events in a city of this name.")
    person: Word | None = Field(default=None, description="People whose name has these words.")
    role: Word | None = Field(default=None, description="Roles with these words.")
    code: Word | None = Field(default=None, description="With this project code.")
    text: Word | None = Field(default=None, description="That say these words anywhere.")


class OneRecord(Asked):
    """A record by its id."""

    id: Text = Field(description="The record's id; one that was shown once always resolves.")


def listed(request: Request, asked: Records) -> Piece:
    """In the command line's words and shape; problem details instead of an empty list where nobody looked."""
    question = _question(asked)
    start = _place(asked.after)
    with reading(request) as (connection, now):
        walk = Walk(connection, question, now, _page_ids(connection, question))
        walked = walk.piece(start, asked.limit)
    if walked.silence is not None:
        raise NoAnswer(str(walked.silence), _known(walked.silence, asked.limit))
    after = walked.place
    return Piece(
        [each.to_json() for each in walked.records],
        cursor(after.done, *(after.last or ("", 0, "", 0, ""))) if after else None,
        list(_notes(question, walked.unseen, walked.nothing)),
    )


def one(request: Request, asked: OneRecord) -> dict[str, Any]:
    """One record over all pages and times."""
    with reading(request) as (connection, _):
        found = shapes.of_record(connection, asked.id)
    if found is None:
        raise HTTPException(404, "No record has this id.")
    return found


def _question(asked: Records) -> Question:
    kind = KINDS[asked.kind]
    if asked.as_of and asked.during:
        raise FieldErrors([("during", "give a day or a period, not both")])
    for name in ("economy", "city", "person", "role", "code", "text"):
        if getattr(asked, name) is not None and name not in FILTERS[kind]:
            raise FieldErrors([(name, f"{asked.kind} are narrowed by: {', '.join(FILTERS[kind])}")])
    for name in ("held", "prose"):
        if getattr(asked, name) and kind != "event":
            raise FieldErrors([(name, "is for events only")])
    wanted = Filter(**{name: getattr(asked, name) for name in FILTERS[kind]})
    return Question(
        kind, asked.group, asked.as_of, asked.during, asked.held, asked.history, asked.prose, wanted
    )


def _place(after: str | None) -> Place:
    found = place(after, int, str, int, str, int, str)
    if found is None:
        return Place()
    done, *last = found
    return Place(done, tuple(last) if last[-1] else None)


def _page_ids(connection: sa.Connection, question: Question) -> Sequence[int] | None:
    """The pages to ask; None for all. Of many, those that may have said the words."""
    if question.group:
        return [page.id for page in pages_called(connection, question.group)]
    if question.wanted.terms() and len(pages.ids_after(connection, 0, AT_ONCE + 1)) > AT_ONCE:
        return sorted(search.pages_with(connection, question.kind, question.wanted.terms()))
    return None


def _known(silence: Silence, limit: int) -> dict[str, Any]:
    """What the pages said at the last look before a period without any, and at the next one after it."""
    return {
        "answer": silence.said,
        "last_look": silence.last_look,
        "next_look": silence.next_look,
        "before": [answer.to_json() for answer in silence.before[:limit]],
        "after": [answer.to_json() for answer in silence.after[:limit]],
    }


def _notes(question: Question, unseen: int, nothing: str | None) -> list[str]:
    notes = (
        [f"{nothing}; history=true shows what they said before."] if nothing and not question.history else []
    )
    if question.during and unseen:
        notes.append(f"{counted(unseen, 'page')} had no look {period(*question.during)}")
    return notes


OPERATIONS = (
    Operation(
        name="list_records",
        path="/records",
        asks=listed,
        takes=Records,
        listing=True,
        summary="Events, contacts, projects, news or groups: now, on a day, over a period, ever.",
        says=named("Record"),
    ),
    Operation(
        name="get_record",
        path="/records/{id}",
        asks=one,
        takes=OneRecord,
        summary="One record over all pages and times: its versions and changes.",
        says=named("History"),
    ),
)
