"""Commands that show what a subscription says, before it has to: `subscriptions preview` and `subscriptions test`."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from config.errors import UsageError
from config.kinds import CHANGE_KINDS
from wgwatch.cli import opening
from wgwatch.cli.output import as_json, counted, print_json
from wgwatch.cli.targets import shown_channel, shown_target
from wgwatch.cli.times import Moment

if TYPE_CHECKING:
    from config.watchlist import Subscription
    from notifier.preview import Preview
    from storage.changes import Change
    from wgwatch.application import Application

SAMPLE = "event.moved"
MOST_LINES = 50
"""Changes of a message that are listed one by one; of more there are the numbers."""


@click.command("preview")
@click.argument("name")
@click.option("--since", required=True, type=Moment(end=False), help="From this day on.")
@as_json
def preview(name: str, since: datetime, as_json: bool) -> None:
    """What would have been sent over the past, message by message; nothing is sent.

    The subscription may be one of the watchlist that was not brought in yet.
    """
    from wgwatch import shapes
    from wgwatch.watching.rehearsing import would_send

    application = opening.application()
    subscription = _declared(application, name)
    now = application.clock()
    with application.existing_database.read() as connection:
        messages, number = would_send(connection, subscription, application.rules(), since, now)
    if as_json:
        print_json([shapes.of_preview(message) for message in messages])
        return
    zone = subscription.zone or application.zone
    for message in messages:
        click.echo("\n".join(_lines(message, zone, now)) + "\n")
    told = len({change.id for message in messages for change in message.changes})
    click.echo(f"{counted(len(messages), 'message')} about {counted(told, 'change')} of {number}")


@click.command("test")
@click.argument("name")
@click.option(
    "--kind", type=click.Choice(CHANGE_KINDS), default=SAMPLE, help="The kind of change to make up."
)
@as_json
def test(name: str, kind: str, as_json: bool) -> None:
    """Send a sample, marked as a test, to all its targets now, and print what each answered.

    Nothing is kept of it. People who unsubscribed get none.
    """
    from wgwatch.watching.rehearsing import samples, try_all

    application = opening.application()
    subscription = _declared(application, name)
    tried = asyncio.run(try_all(application, samples(application, subscription, kind)))
    answers: list[dict[str, Any]] = [
        {
            "channel": each.channel,
            "target": shown_target(each.channel, each.target),
            "sent": each.is_sent,
            "answer": each.answer,
        }
        for each in tried
    ]
    if as_json:
        print_json(answers)
    for answer in answers if not as_json else ():
        said = "sent" if answer["sent"] else "failed"
        click.echo(f"{said}: {shown_channel(answer['channel'])} to {answer['target']}: {answer['answer']}")
    if not all(answer["sent"] for answer in answers):
        raise SystemExit(1)


def _declared(application: Application, name: str) -> Subscription:
    """As the watchlist says it, else as the database has it."""
    from config.stored import read_back
    from config.suggest import did_you_mean
    from storage.watched import subscriptions

    known: dict[str, Subscription] = {}
    if application.settings.watchlist.exists():
        known = {one.name: one for one in application.watchlist().subscriptions}
    with application.database.read() as connection:
        for stored in subscriptions.all_of(connection):
            known.setdefault(stored.name, read_back(stored.spec))
    found = next((one for one in known.values() if one.name.casefold() == name.casefold()), None)
    if found is None:
        hint = did_you_mean(name, known) or f"; known are: {', '.join(known) or 'none'}"
        raise UsageError(f"there is no subscription '{name}'{hint}")
    return found


def _lines(message: Preview, zone: ZoneInfo, now: datetime) -> list[str]:
    to = ", ".join(shown_target(message.channel, target) for target in message.targets)
    what = f"digest since {_shown(message.since, zone)}" if message.since else "alert"
    waits = ", not due yet" if message.at > now else ""
    head = f"{_shown(message.at, zone)}  {shown_channel(message.channel)} to {to}: {what}{waits}"
    if len(message.changes) > MOST_LINES:
        kinds = Counter(change.kind for change in message.changes)
        return [head, *(f"  {number} x {kind}" for kind, number in kinds.most_common())]
    told = [f"  {change.kind:<16}  {_said(change)}" for change in message.changes]
    return [head, *(told or ["  nothing new"])]


def _shown(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%a %Y-%m-%d %H:%M}"


def _said(change: Change) -> str:
    """In one line that no page can break out of."""
    from notifier.writing.values import plain

    return plain(f"{change.group or '-'}: {change.summary}", 300)
