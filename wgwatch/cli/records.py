"""Commands that ask for records: events, contacts, projects, news, groups, now or at any past day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from wgwatch.cli import opening
from wgwatch.cli.finding import assert_covered, pages_of_group
from wgwatch.cli.output import as_json, counted, note, print_json, print_table
from wgwatch.cli.times import Moment, Period, day, period

if TYPE_CHECKING:
    import sqlalchemy as sa

    from diffing.composing import Composed
    from storage.filters import Filter
    from storage.pages import Page
    from storage.queries import Answer

COLUMNS = {
    "event": ("starts_on", "ends_on", "title", "city", "economy", "project_code"),
    "contact": ("name", "role", "organization", "economy", "email"),
    "project": ("code", "title", "economy", "status"),
    "news": ("date", "title"),
    "group": ("acronym", "name", "last_updated"),
}


FILTERS = {
    "event": ("economy", "city", "code", "text"),
    "contact": ("economy", "person", "role", "text"),
    "project": ("economy", "code", "text"),
    "news": ("text",),
    "group": ("text",),
}
FILTER_HELP = {
    "economy": "Of this economy (country), in any spelling that a profile knows.",
    "city": "In a city of this name.",
    "person": "People whose name has these words.",
    "role": "Roles with these words.",
    "code": "With this project code.",
    "text": "That say these words anywhere.",
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
    wanted: Filter


def asking(kind: str, name: str, help_text: str) -> click.Command:
    """The command for one kind of record."""

    def ask(as_json: bool, **asked: Any) -> None:
        from storage.filters import Filter

        wanted = Filter(**{name: asked.pop(name) for name in FILTERS[kind]})
        wanted.terms()  # words that are none are told before anything is opened
        _answer(Question(kind=kind, wanted=wanted, **asked), as_json)

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
        *(click.option(f"--{name}", metavar=name.upper(), help=FILTER_HELP[name]) for name in FILTERS[kind]),
        as_json,
    ]


def _answer(question: Question, as_json: bool) -> None:
    if question.as_of and question.during:
        raise click.UsageError("give --as-of or --during, not both")
    application = opening.application()
    with application.existing_database.read() as connection:
        pages = pages_of_group(connection, question.group)
        moment = question.as_of or (question.during[1] if question.during else application.clock())
        assert_covered(connection, pages, moment)
        unseen = _unseen(connection, pages, question)
        if unseen and len(unseen) == len(pages):
            raise click.exceptions.Exit(_answer_around(connection, pages, question, as_json))
        found = _shown(_find(connection, pages, moment, question), question)
        shown = _together(connection, found, question)
    if as_json:
        print_json([each.to_json() for each in shown])
    else:
        _print([each.shown for each in shown], question.kind)
        _note_disagreements(shown)
    if question.during and unseen:
        note(f"{counted(len(unseen), 'page')} had no look {period(*question.during)}")
    if not shown:
        note(_nothing(question, moment))


def _unseen(connection: sa.Connection, pages: Sequence[Page], question: Question) -> list[Page]:
    """The pages at which there was no look in the asked period."""
    from storage import queries

    if question.during is None:
        return []
    seen = {page.id for page in queries.looked_in(connection, pages, *question.during)}
    return [page for page in pages if page.id not in seen]


def _answer_around(
    connection: sa.Connection, pages: Sequence[Page], question: Question, as_json: bool
) -> int:
    """There was no look in the period: what the pages said at the last one before it and the next one after."""
    from storage import queries

    assert question.during is not None
    looks = queries.looks_around(connection, pages, question.during[0])
    lasts = {page_id: each.last for page_id, each in looks.items() if each.last}
    nexts = {page_id: each.following for page_id, each in looks.items() if each.following}
    before, after = (_shown(_at_looks(connection, pages, at, question), question) for at in (lasts, nexts))
    last, following = max(lasts.values(), default=None), min(nexts.values(), default=None)
    silence = f"no look {period(*question.during)}"
    note(f"There was {silence}: the last before is of {day(last)}, the next after of {day(following)}.")
    if as_json:
        sides = {"before": [a.to_json() for a in before], "after": [a.to_json() for a in after]}
        print_json({"answer": silence, "last_look": last, "next_look": following, **sides})
        return 1
    for side, moment, answers in (("Before", last, before), ("After", following, after)):
        if moment is not None:
            click.echo(f"{side}, as of {day(moment)}: {'' if answers else 'none'}".rstrip())
            _print(answers, question.kind)
    return 1


def _at_looks(
    connection: sa.Connection, pages: Sequence[Page], moments: Mapping[int, datetime], question: Question
) -> list[Answer]:
    """What each page said at a look of its own."""
    from storage import queries

    found: list[Answer] = []
    for moment in sorted(set(moments.values())):
        then = [page for page in pages if moments.get(page.id) == moment]
        found += queries.as_of(connection, question.kind, then, moment, wanted=question.wanted)
    return found


def _find(
    connection: sa.Connection, pages: Sequence[Page], moment: datetime, question: Question
) -> list[Answer]:
    from storage import queries

    kind, wanted = question.kind, question.wanted
    if question.during:
        return queries.during(connection, kind, pages, *question.during, wanted=wanted)
    return queries.as_of(connection, kind, pages, moment, history=question.history, wanted=wanted)


def _shown(found: Sequence[Answer], question: Question) -> list[Answer]:
    return sorted((answer for answer in found if _fits(answer, question)), key=_by_day)


def _together(connection: sa.Connection, found: Sequence[Answer], question: Question) -> list[Composed]:
    """What several pages say of one record as one answer; of the past, every version of every page by itself."""
    from diffing.composing import compose, each_alone
    from storage import links

    entity_of = links.entities(connection, {answer.record_id for answer in found})
    return (each_alone if question.history or question.during else compose)(found, entity_of)


def _note_disagreements(shown: Sequence[Composed]) -> None:
    for each in shown:
        for name, values in each.disagreements.items():
            said = "; ".join(f"{page} says {value}" for page, value in values.items())
            note(f"The pages disagree on {name.replace('_', ' ')} of {each.shown.record.label}: {said}")


def _fits(answer: Answer, question: Question) -> bool:
    from storage import queries

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


def _print(answers: Sequence[Answer], kind: str) -> None:
    if not answers:
        return
    columns = COLUMNS[kind]
    rows = [
        [
            *(_cell(answer, name) for name in columns),
            getattr(answer.record, "group", None) or answer.group or "-",
            answer.state,
            day(answer.first_seen),
            day(answer.last_seen),
            day(answer.next_look),
            _intervals(answer),
        ]
        for answer in answers
    ]
    heads = [name.replace("_", " ") for name in columns]
    last = "tenure" if kind == "contact" else "named"
    print_table([*heads, "group", "state", "first seen", "last seen", "next look", last], rows)


def _intervals(answer: Answer) -> str:
    """Over which looks the page named the record at all; what came and went exactly between them, nobody knows."""
    if len(answer.intervals) < 2 and answer.record.kind != "contact":
        return "-"
    return "; ".join(f"{day(one.first_seen)} to {day(one.last_seen)}" for one in answer.intervals) or "-"


def _cell(answer: Answer, name: str) -> str:
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
