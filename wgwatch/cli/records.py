"""Commands that ask for records: events, contacts, projects, news, groups, now or at any past day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from config.errors import WgwatchError
from wgwatch.cli import opening
from wgwatch.cli.finding import pages_of_group
from wgwatch.cli.output import as_json, note, print_json, print_table
from wgwatch.cli.times import Moment, Period, day

if TYPE_CHECKING:
    import sqlalchemy as sa

    from storage.pages import Page
    from storage.queries import Answer

COLUMNS = {
    "event": ("starts_on", "ends_on", "title", "city", "economy", "project_code"),
    "contact": ("name", "role", "organization", "economy", "email"),
    "project": ("code", "title", "economy", "status"),
    "news": ("date", "title"),
    "group": ("acronym", "name", "last_updated"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: of which group, at which moment or period, and how much of the past."""

    kind: str
    group: str | None
    as_of: datetime | None
    during: tuple[datetime, datetime] | None
    held: tuple[datetime, datetime] | None
    history: bool
    prose: bool


def asking(kind: str, name: str, help_text: str) -> click.Command:
    """The command for one kind of record."""

    def ask(as_json: bool, **asked: Any) -> None:
        _answer(Question(kind=kind, **asked), as_json)

    ask.__doc__ = help_text
    decorated: Callable[..., None] = ask
    for option in reversed(_options(kind)):
        decorated = option(decorated)
    return click.command(name)(decorated)


def _options(kind: str) -> list[Callable[[Any], Any]]:
    held_help = "Events whose own days meet this period." if kind == "event" else "(events only)"
    prose_help = "Meetings that only sentences announce." if kind == "event" else "(events only)"
    return [
        click.option("--group", metavar="GROUP", help="Acronym or name of the group."),
        click.option("--as-of", type=Moment(end=True), help="As the pages said on that day (its end, UTC)."),
        click.option("--during", type=Period(), help="All that they said at some look in this period."),
        click.option("--held", type=Period(), help=held_help, hidden=kind != "event"),
        click.option("--history", is_flag=True, help="Also what they said before and say no longer."),
        click.option("--prose", is_flag=True, help=prose_help, hidden=kind != "event"),
        as_json,
    ]


def _answer(question: Question, as_json: bool) -> None:

    application = opening.application()
    if question.as_of and question.during:
        raise click.UsageError("give --as-of or --during, not both")
    with application.existing_database.read() as connection:
        pages = pages_of_group(connection, question.group)
        moment = question.as_of or (question.during[1] if question.during else application.clock())
        _assert_looked(connection, pages, moment, question)
        found = _find(connection, pages, moment, question)
    shown = sorted((answer for answer in found if _fits(answer, question)), key=_by_day)
    if as_json:
        print_json([answer.to_json() for answer in shown])
    else:
        _print(shown, question.kind)
    if not shown:
        note(_nothing(question, moment))


def _assert_looked(
    connection: sa.Connection, pages: Sequence[Page], moment: datetime, question: Question
) -> None:
    """Before the first look there is no answer, and an empty list would be a lie."""
    from storage import captures, queries

    covered = queries.coverage(connection, pages, moment)
    if covered.earliest is None:
        raise WgwatchError("no page was looked at yet: wgwatch check looks now")
    if not covered.pages:
        raise WgwatchError(
            f"nothing is known of {day(moment)}: the earliest look is of {day(covered.earliest)}"
        )
    if question.during is None:
        return
    since, until = question.during
    if not any(queries.looked_in(connection, page.id, since, until) for page in pages):
        around = [captures.neighbours(connection, page.id, since) for page in covered.pages]
        before = max((last for last, _ in around if last), default=None)
        after = min((following for _, following in around if following), default=None)
        raise WgwatchError(
            f"there was no look from {day(since)} to {until:%Y-%m-%d}: the last before is of {day(before)}, "
            f"the next after of {day(after)}"
        )


def _find(
    connection: sa.Connection, pages: Sequence[Page], moment: datetime, question: Question
) -> list[Answer]:
    from storage import queries

    if question.during:
        return queries.during(connection, question.kind, pages, *question.during)
    return queries.as_of(connection, question.kind, pages, moment, history=question.history)


def _fits(answer: Answer, question: Question) -> bool:
    from storage import queries

    if question.kind == "event" and (getattr(answer.record, "read_from", "") == "prose") != question.prose:
        return False
    listed_under = getattr(answer.record, "group", None)
    if question.group and listed_under:  # a page of many groups was asked for one of them, or as a whole
        named = {str(listed_under).casefold(), (answer.group or "").casefold()}
        if question.group.casefold() not in named:
            return False
    if question.held is None:
        return True
    since, until = question.held
    return queries.held_in(answer, f"{since:%Y-%m-%d}", f"{until:%Y-%m-%d}")


def _by_day(answer: Answer) -> str:
    """Events stand by their own days, undated ones last; others as they were read."""
    return (getattr(answer.record, "starts_on", None) or "9999") if answer.record.kind == "event" else ""


def _print(answers: Sequence[Answer], kind: str) -> None:
    if not answers:
        return
    columns = COLUMNS[kind]
    rows = [
        [
            *(_shown(answer, name) for name in columns),
            getattr(answer.record, "group", None) or answer.group or "-",
            answer.state,
            day(answer.first_seen),
            day(answer.last_seen),
            day(answer.next_look),
        ]
        for answer in answers
    ]
    heads = [name.replace("_", " ") for name in columns]
    print_table([*heads, "group", "state", "first seen", "last seen", "next look"], rows)


def _shown(answer: Answer, name: str) -> str:
    record = answer.record
    if name == "email" and getattr(record, "email_protected", False):
        return "protected"
    value = getattr(record, name)
    return "-" if value is None else str(value)


def _nothing(question: Question, moment: datetime) -> str:
    when = f"on {day(moment)}" if question.as_of else "now"
    hint = "" if question.history else "; --history shows what they said before"
    return f"No {_PLURAL[question.kind]} stood on the pages {when}{hint}."


_PLURAL = {
    "event": "events",
    "contact": "contacts",
    "project": "projects",
    "news": "news",
    "group": "groups",
}

events_command = asking("event", "events", "Meetings, as the pages announce them.")
contacts_command = asking("contact", "contacts", "People and their roles.")
projects_command = asking("project", "projects", "Projects, by their codes.")
news_command = asking("news", "news", "News items.")
groups_command = asking("group", "groups", "The groups, as their pages name them.")
