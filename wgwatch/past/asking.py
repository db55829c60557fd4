"""A question about records, asked by the command line or the web pages, and its answer: how it is known, or why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from diffing.composing import Composed, compose, each_alone
from storage import links
from storage.asking import queries
from storage.asking.filters import Filter
from storage.asking.queries import Answer
from storage.pages import Page
from wgwatch.cli.finding import assert_covered
from wgwatch.cli.times import day, period


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: of which group, at which moment or period, and how much of the past."""

    kind: str
    group: str | None = None
    as_of: datetime | None = None
    during: tuple[datetime, datetime] | None = None
    held: tuple[datetime, datetime] | None = None
    history: bool = False
    prose: bool = False
    wanted: Filter = field(default_factory=Filter)


@dataclass(frozen=True, slots=True)
class Silence:
    """There was no look in the asked period: what the pages said at the last one before it and the next after it."""

    said: str
    last_look: datetime | None
    next_look: datetime | None
    before: tuple[Answer, ...]
    after: tuple[Answer, ...]

    def __str__(self) -> str:
        return (
            f"There was {self.said}: the last before is of {day(self.last_look)}, "
            f"the next after of {day(self.next_look)}."
        )


@dataclass(frozen=True, slots=True)
class Told:
    """The records that were asked for; `unseen` pages had no look in the period.

    `nothing` is a sentence, without its full stop, where there is no record.
    """

    records: tuple[Composed, ...]
    moment: datetime
    unseen: int = 0
    nothing: str | None = None

    def disagreements(self) -> list[str]:
        """Where pages say different things of one record, a sentence each."""
        return [
            f"The pages disagree on {name.replace('_', ' ')} of {each.shown.record.label}: "
            + "; ".join(f"{page} says {value}" for page, value in values.items())
            for each in self.records
            for name, values in each.disagreements.items()
        ]


def answer(
    connection: sa.Connection, pages: Sequence[Page], question: Question, now: datetime
) -> Told | Silence:
    """What the pages say to a question. Raises WgwatchError where nothing is known of the time at all."""
    moment = question.as_of or (question.during[1] if question.during else now)
    assert_covered(connection, pages, moment)
    unseen = _unseen(connection, pages, question)
    if unseen and len(unseen) == len(pages):
        return _around(connection, pages, question)
    found = _together(connection, _shown(_find(connection, pages, moment, question), question), question)
    return Told(tuple(found), moment, len(unseen), None if found else _nothing(question, moment))


def _unseen(connection: sa.Connection, pages: Sequence[Page], question: Question) -> list[Page]:
    """The pages at which there was no look in the asked period."""
    if question.during is None:
        return []
    seen = {page.id for page in queries.looked_in(connection, pages, *question.during)}
    return [page for page in pages if page.id not in seen]


def _around(connection: sa.Connection, pages: Sequence[Page], question: Question) -> Silence:
    assert question.during is not None
    looks = queries.looks_around(connection, pages, question.during[0])
    lasts = {page_id: each.last for page_id, each in looks.items() if each.last}
    nexts = {page_id: each.following for page_id, each in looks.items() if each.following}
    before, after = (_shown(_at_looks(connection, pages, at, question), question) for at in (lasts, nexts))
    last, following = max(lasts.values(), default=None), min(nexts.values(), default=None)
    return Silence(f"no look {period(*question.during)}", last, following, tuple(before), tuple(after))


def _at_looks(
    connection: sa.Connection, pages: Sequence[Page], moments: Mapping[int, datetime], question: Question
) -> list[Answer]:
    """What each page said at a look of its own."""
    found: list[Answer] = []
    for moment in sorted(set(moments.values())):
        then = [page for page in pages if moments.get(page.id) == moment]
        found += queries.as_of(connection, question.kind, then, moment, wanted=question.wanted)
    return found


def _find(
    connection: sa.Connection, pages: Sequence[Page], moment: datetime, question: Question
) -> list[Answer]:
    kind, wanted = question.kind, question.wanted
    if question.during:
        return queries.during(connection, kind, pages, *question.during, wanted=wanted)
    return queries.as_of(connection, kind, pages, moment, history=question.history, wanted=wanted)


def _shown(found: Sequence[Answer], question: Question) -> list[Answer]:
    return sorted((answer for answer in found if _fits(answer, question)), key=_by_day)


def _together(connection: sa.Connection, found: Sequence[Answer], question: Question) -> list[Composed]:
    """What several pages say of one record as one answer; of the past, every version of every page by itself."""
    entity_of = links.entities(connection, {answer.record_id for answer in found})
    return (each_alone if question.history or question.during else compose)(found, entity_of)


def _fits(answer: Answer, question: Question) -> bool:
    if question.kind == "event" and (getattr(answer.record, "read_from", "") == "prose") != question.prose:
        return False
    if question.group and not queries.listed_under(answer, question.group):
        return False
    if question.held is None:
        return True
    since, until = question.held
    return queries.held_in(answer, f"{since:%Y-%m-%d}", f"{until:%Y-%m-%d}")


def _by_day(answer: Answer) -> str:
    """Events stand by their own days, undated ones last; others as they were read."""
    return (getattr(answer.record, "starts_on", None) or "9999") if answer.record.kind == "event" else ""


def _nothing(question: Question, moment: datetime) -> str:
    when = f"on {day(moment)}" if question.as_of else "now"
    return f"No {PLURAL[question.kind]} stood on the pages {when}"


PLURAL = {
    "event": "events",
    "contact": "contacts",
    "project": "projects",
    "news": "news",
    "group": "groups",
}
