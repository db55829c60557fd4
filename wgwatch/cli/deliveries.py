"""Commands about messages: what was promised to whom, and every try."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from config.errors import UsageError
from wgwatch.cli import opening
from wgwatch.cli.output import as_json, print_json, print_table
from wgwatch.cli.times import day

if TYPE_CHECKING:
    import sqlalchemy as sa

    from storage.deliveries import Delivery


@click.group("deliveries", invoke_without_command=True)
@click.pass_context
def deliveries_command(ctx: click.Context) -> None:
    """Messages: waiting, sent, dead."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_deliveries)


@deliveries_command.command("list")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice(["waiting", "sent", "dead", "discarded"]),
    help="Only these; repeatable.",
)
@as_json
def list_deliveries(states: tuple[str, ...], as_json: bool) -> None:
    """All messages, oldest first."""
    from storage import deliveries

    with opening.application().existing_database.read() as connection:
        found = deliveries.listed(connection, states)
    if as_json:
        print_json([_json(delivery) for delivery in found])
        return
    rows = [
        [
            d.id[:12],
            d.channel,
            _shown_target(d),
            d.state,
            str(d.attempts),
            day(d.next_attempt_at),
            d.answer or "",
        ]
        for d in found
    ]
    print_table(["id", "by", "to", "state", "tries", "next or last try", "answer"], rows)


@deliveries_command.command("show")
@click.argument("id")
def show_delivery(id: str) -> None:
    """One message with what it tells and every attempt."""

    with opening.application().existing_database.read() as connection:
        print_json(delivery_json(connection, _one(connection, id).id))


@deliveries_command.command("retry")
@click.argument("ids", nargs=-1)
def retry_deliveries(ids: tuple[str, ...]) -> None:
    """Send dead or waiting messages again at the next round (all dead ones without an ID)."""
    from storage import deliveries

    application = opening.application()
    with application.existing_database.write() as connection:
        wanted = [_one(connection, i) for i in ids] if ids else deliveries.listed(connection, ["dead"])
        done = [deliveries.again(connection, d.id, application.clock()) for d in wanted]
    click.echo(f"{sum(done)} to be sent again; wgwatch dispatch --once sends them now")


@deliveries_command.command("discard")
@click.argument("ids", nargs=-1, required=True)
def discard_deliveries(ids: tuple[str, ...]) -> None:
    """Never send these messages."""
    from storage import deliveries

    with opening.application().existing_database.write() as connection:
        done = [deliveries.discard(connection, _one(connection, i).id) for i in ids]
    click.echo(f"{sum(done)} discarded")


def delivery_json(connection: sa.Connection, wanted: str) -> dict[str, Any] | None:
    """A delivery with its items and attempts, None where there is none of that id."""
    from storage import deliveries

    delivery = deliveries.find(connection, wanted)
    if delivery is None:
        return None
    return {
        **_json(delivery),
        "items": [{"change": item.payload, "reasons": item.reasons} for item in delivery.items],
        "log": [
            {"at": attempt.at, "outcome": attempt.outcome, "answer": attempt.answer}
            for attempt in deliveries.attempts_of(connection, delivery.id)
        ],
    }


def _one(connection: sa.Connection, wanted: str) -> Delivery:
    from storage import deliveries

    found = deliveries.find(connection, wanted)
    if found is None:
        raise UsageError(f"no delivery has the id '{wanted}'")
    return found


def _json(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "channel": delivery.channel,
        "target": _shown_target(delivery),
        "digest": delivery.digest,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "created_at": delivery.created_at,
        "due_at": delivery.due_at,
        "next_attempt_at": delivery.next_attempt_at,
        "sent_at": delivery.sent_at,
        "answer": delivery.answer,
    }


def _shown_target(delivery: Delivery) -> str:
    from config.addresses import shown_url

    return shown_url(delivery.target) if delivery.channel == "webhook" else delivery.target
