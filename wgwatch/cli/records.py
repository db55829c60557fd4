"""Commands that ask for records: events, contacts, projects, news, groups, now or at any past day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from wgwatch.cli import opening
from wgwatch.cli.finding import pages_of_group
from wgwatch.cli.output import as_json, counted, note, print_json, print_table
from wgwatch.cli.times import Moment, Period, day, period

if TYPE_CHECKING:
    from storage.asking.queries import Answer
    from wgwatch.past.asking import Question, Silence

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


def asking(kind: str, name: str, help_text: str) -> click.Command:
    """The command for one kind of record."""

    def ask(as_json: bool, **asked: Any) -> None:
        from storage.asking.filters import Filter
        from wgwatch.past.asking import Question

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
    from wgwatch.past.asking import Silence, answer

    if question.as_of and question.during:
        raise click.UsageError("give --as-of or --during, not both")
    application = opening.application()
    with application.existing_database.read() as connection:
        pages = pages_of_group(connection, question.group)
        told = answer(connection, pages, question, application.clock())
    if isinstance(told, Silence):
        _print_silence(told, question.kind, as_json)
        raise click.exceptions.Exit(1)
    if as_json:
        print_json([each.to_json() for each in told.records])
    else:
        _print([each.shown for each in told.records], question.kind)
        for sentence in told.disagreements():
            note(sentence)
    if question.during and told.unseen:
        note(f"{counted(told.unseen, 'page')} had no look {period(*question.during)}")
    if told.nothing:
        note(told.nothing + ("." if question.history else "; --history shows what they said before."))


def _print_silence(silence: Silence, kind: str, as_json: bool) -> None:
    """What the pages said at the last look before the period and at the next one after it."""
    note(str(silence))
    before, after = silence.before, silence.after
    if as_json:
        sides = {"before": [a.to_json() for a in before], "after": [a.to_json() for a in after]}
        looks = {"last_look": silence.last_look, "next_look": silence.next_look}
        print_json({"answer": silence.said, **looks, **sides})
        return
    for side, moment, answers in (
        ("Before", silence.last_look, before),
        ("After", silence.next_look, after),
    ):
        if moment is not None:
            click.echo(f"{side}, as of {day(moment)}: {'' if answers else 'none'}".rstrip())
            _print(answers, kind)


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


events_command = asking("event", "events", "Meetings, as the pages announce them.")
contacts_command = asking("contact", "contacts", "People and their roles.")
projects_command = asking("project", "projects", "Projects, by their codes.")
news_command = asking("news", "news", "News items.")
groups_command = asking("group", "groups", "The groups, as their pages name them.")
