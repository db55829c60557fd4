"""Commands about who hears of what."""

from __future__ import annotations

import click

from config.errors import UsageError
from wgwatch.cli import opening
from wgwatch.cli.output import as_json, print_json
from wgwatch.cli.times import day


@click.group("subscriptions", invoke_without_command=True)
@click.pass_context
def subscriptions_command(ctx: click.Context) -> None:
    """Who hears of what."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_subscriptions)


@subscriptions_command.command("list")
@as_json
def list_subscriptions(as_json: bool) -> None:
    """Each subscription as a sentence."""
    from config.sentences import subscription_sentence
    from config.stored import read_back
    from storage import subscriptions

    with opening.application().existing_database.read() as connection:
        found = subscriptions.all_of(connection)
    if as_json:
        print_json([{"name": s.name, "origin": s.origin, "paused_at": s.paused_at, **s.spec} for s in found])
        return
    for stored in found:
        paused = f" (paused since {day(stored.paused_at)})" if stored.paused_at else ""
        click.echo(subscription_sentence(read_back(stored.spec)) + paused)


@subscriptions_command.command("pause")
@click.argument("name")
def pause(name: str) -> None:
    """Tell this subscription nothing until it is resumed."""
    _set_paused(name, paused=True)
    click.echo(f"{name} hears nothing until: wgwatch subscriptions resume {name}")


@subscriptions_command.command("resume")
@click.argument("name")
def resume(name: str) -> None:
    """Tell a paused subscription again, from now on."""
    _set_paused(name, paused=False)
    click.echo(f"{name} hears again")


def _set_paused(name: str, *, paused: bool) -> None:
    from storage import subscriptions

    application = opening.application()
    with application.existing_database.write() as connection:
        if not subscriptions.pause(connection, name, application.clock() if paused else None):
            known = ", ".join(stored.name for stored in subscriptions.all_of(connection)) or "none"
            raise UsageError(f"there is no subscription '{name}'; known are: {known}")
