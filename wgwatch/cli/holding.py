"""Holding messages back, and letting them go: deliveries hold, deliveries release."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from wgwatch.cli import opening
from wgwatch.cli.output import as_json, counted, note, print_json, print_table
from wgwatch.cli.targets import shown_channel, shown_target
from wgwatch.cli.times import day

if TYPE_CHECKING:
    from storage.sending.waiting import Waiting


@click.command("hold")
@click.option("--reason", default="held by hand", metavar="TEXT", help="Why; wgwatch status shows it.")
def hold_command(reason: str) -> None:
    """Send nothing until wgwatch deliveries release; looks and planning go on."""
    from storage.sending import holds

    application = opening.application()
    with application.existing_database.write() as connection:
        holds.hold(connection, reason, application.clock())
    click.echo("nothing is sent until wgwatch deliveries release")


@click.command("release")
@click.option("--dry-run", is_flag=True, help="Only say what would go out.")
@as_json
def release_command(dry_run: bool, as_json: bool) -> None:
    """Send again, after a restore or wgwatch deliveries hold. Says what goes out.

    What should not: wgwatch deliveries discard, before.
    """
    from storage.sending import holds
    from storage.sending.waiting import waiting

    with opening.application().existing_database.write() as connection:
        found, held = waiting(connection), holds.held(connection)
        if not dry_run:
            holds.release(connection)
    if as_json:
        print_json(
            {"held_since": held.since if held else None, "dry_run": dry_run, "waiting": waiting_json(found)}
        )
        return
    print_waiting(found)
    if held is None:
        note("nothing was held")
    elif not dry_run:
        click.echo("Released: a running service sends it now, or wgwatch dispatch --once.")


def print_waiting(found: Waiting) -> None:
    """What would go out, in words."""
    planned = f"; {counted(found.unplanned, 'change')} not planned yet" if found.unplanned else ""
    click.echo(f"{counted(found.messages, 'message')} would go out{planned}")
    for name, number in found.subscriptions.items():
        click.echo(f"  {name}: {counted(number, 'message')}")
    if found.newest:
        rows = [
            [
                day(each.created_at),
                shown_channel(each.channel),
                shown_target(each.channel, each.target),
                each.tells,
            ]
            for each in found.newest
        ]
        print_table(["the newest", "by", "to", "tells"], rows)


def waiting_json(found: Waiting) -> dict[str, Any]:
    """The same as data."""
    newest = [{**asdict(each), "target": shown_target(each.channel, each.target)} for each in found.newest]
    return {**asdict(found), "newest": newest}
