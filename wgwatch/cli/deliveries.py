"""Commands about messages: what was promised to whom, and every try."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from config.errors import UsageError
from wgwatch.cli import opening
from wgwatch.cli.holding import hold_command, release_command
from wgwatch.cli.output import as_json, note, print_json, print_table
from wgwatch.cli.times import Moment, day

if TYPE_CHECKING:
    import sqlalchemy as sa

    from storage.deliveries import Delivery

STATES = ("waiting", "sent", "dead", "discarded")


@click.group("deliveries", invoke_without_command=True)
@click.pass_context
def deliveries_command(ctx: click.Context) -> None:
    """Messages: waiting, sent, dead."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_deliveries, states=(), dead=False)


def chosen_by(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that choose messages, the same for every command that takes many."""
    options = (
        click.option(
            "--state", "states", multiple=True, type=click.Choice(STATES), help="Only these; repeatable."
        ),
        click.option("--dead", is_flag=True, help="Only those that were given up: --state dead."),
        click.option("--channel", metavar="NAME", help="Only by this way: email, webhook ..."),
        click.option("--target", metavar="TEXT", help="Only to addresses with this text in them."),
        click.option("--since", type=Moment(end=False), help="Only those planned on this day or later."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@deliveries_command.command("list")
@chosen_by
@as_json
def list_deliveries(as_json: bool, **options: Any) -> None:
    """Messages, oldest first; at the end the targets that are gone."""
    from storage.sending import silenced
    from wgwatch import shapes
    from wgwatch.running.alarm import gone_sentence, shown_target

    chosen = _Chosen.of(**options)
    with opening.application().existing_database.read() as connection:
        found = chosen.find(connection)
        gone = [each for each in silenced.all_gone(connection) if chosen.concerns(each.channel, each.target)]
    if as_json:
        print_json([shapes.of_delivery(delivery) for delivery in found])
        return
    rows = [
        [
            d.id[:12],
            d.channel,
            shown_target(d.channel, d.target),
            d.state,
            str(d.attempts),
            day(d.sent_at or d.next_attempt_at),
            d.answer or "",
        ]
        for d in found
    ]
    print_table(["id", "by", "to", "state", "tries", "next or last try", "answer"], rows)
    for each in gone:
        click.echo(gone_sentence(each))


@deliveries_command.command("show")
@click.argument("id")
@as_json
def show_delivery(id: str, as_json: bool) -> None:
    """One message with what it tells and every attempt."""
    from wgwatch import shapes

    with opening.application().existing_database.read() as connection:
        found = shapes.of_whole_delivery(connection, _one(connection, id).id)
    if as_json or found is None:
        print_json(found)
    else:
        _print(found)


@deliveries_command.command("retry")
@click.argument("ids", nargs=-1)
@chosen_by
def retry_deliveries(ids: tuple[str, ...], **options: Any) -> None:
    """Send messages again at the next round, under their ids: those named, or all dead ones that the options choose.

    Targets that are gone are tried again by that.
    """
    from storage import deliveries
    from storage.sending import silenced
    from wgwatch.running.alarm import shown_target

    application, chosen = opening.application(), _Chosen.of(**options)
    with application.existing_database.write() as connection:
        wanted = [_one(connection, i) for i in ids] or chosen.or_states("dead").find(connection)
        done = [deliveries.again(connection, d.id, application.clock()) for d in wanted]
        named = {(d.channel, d.target) for d in wanted}
        for gone in silenced.all_gone(connection):
            is_meant = (
                (gone.channel, gone.target) in named if ids else chosen.concerns(gone.channel, gone.target)
            )
            if is_meant and silenced.come_back(connection, gone.channel, gone.target):
                click.echo(f"{shown_target(gone.channel, gone.target)} is written to again")
    click.echo(f"{sum(done)} to be sent again; wgwatch dispatch --once sends them now")
    _exit_where_refused(ids, done, "was sent already")


@deliveries_command.command("discard")
@click.argument("ids", nargs=-1)
@chosen_by
def discard_deliveries(ids: tuple[str, ...], **options: Any) -> None:
    """Never send these messages: those named, or all dead and waiting ones that the options choose."""
    from storage import deliveries

    chosen = _Chosen.of(**options)
    if not ids and chosen == _Chosen():
        raise UsageError("say which: their ids, or --dead, --state, --channel, --target or --since")
    with opening.application().existing_database.write() as connection:
        wanted = [_one(connection, i) for i in ids] or chosen.or_states("dead", "waiting").find(connection)
        done = [deliveries.discard(connection, d.id) for d in wanted]
    click.echo(f"{sum(done)} discarded")
    _exit_where_refused(ids, done, "was sent or discarded already")


deliveries_command.add_command(hold_command)
deliveries_command.add_command(release_command)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What the options choose."""

    states: tuple[str, ...] = ()
    channel: str | None = None
    target: str | None = None
    since: datetime | None = None

    @classmethod
    def of(cls, states: tuple[str, ...], dead: bool, **others: Any) -> _Chosen:
        return cls(states=(*states, "dead") if dead else states, **others)

    def or_states(self, *states: str) -> _Chosen:
        return self if self.states else replace(self, states=states)

    def find(self, connection: sa.Connection) -> list[Delivery]:
        from storage import deliveries

        return deliveries.listed(
            connection, self.states, channel=self.channel, target=self.target, since=self.since
        )

    def concerns(self, channel: str, target: str) -> bool:
        """Whether a target is among those that are chosen."""
        return self.channel in (None, channel) and (self.target or "").casefold() in target.casefold()


def _exit_where_refused(ids: Sequence[str], done: Sequence[bool], why: str) -> None:
    refused = [i for i, was_done in zip(ids, done, strict=False) if not was_done]
    for each in refused:
        note(f"{each} {why}")
    if refused:
        click.get_current_context().exit(1)


def _print(found: dict[str, Any]) -> None:
    sent = f", sent {day(found['sent_at'])}" if found["sent_at"] else ""
    due = f", due {day(found['next_attempt_at'])}" if found["state"] == "waiting" else ""
    click.echo(f"{found['id']}: {found['channel']} to {found['target']}, {found['state']}{due}{sent}")
    click.echo(f"planned {day(found['created_at'])}{', a digest' if found['digest'] else ''}")
    for item in found["items"]:
        told = item["change"]
        asked = ", ".join(item["reasons"])
        click.echo(f"  {told['id']} {told['kind']}: {told['summary']} (asked for by {asked})")
    for attempt in found["log"]:
        click.echo(f"  tried {day(attempt['at'])}: {attempt['outcome']}, {attempt['answer'] or 'no answer'}")


def _one(connection: sa.Connection, wanted: str) -> Delivery:
    from storage import deliveries

    found = deliveries.find(connection, wanted)
    if found is None:
        raise UsageError(f"no delivery has the id '{wanted}'")
    return found
