"""Commands about who hears of what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from config.errors import UsageError
from wgwatch.cli import opening
from wgwatch.cli.output import as_json, print_json
from wgwatch.cli.rehearse import preview, test
from wgwatch.cli.targets import shown_target
from wgwatch.cli.times import day

if TYPE_CHECKING:
    import sqlalchemy as sa

    from storage.sending.silenced import Gone, Unsubscribed
    from storage.watched.subscriptions import Stored


@click.group("subscriptions", invoke_without_command=True)
@click.pass_context
def subscriptions_command(ctx: click.Context) -> None:
    """Who hears of what."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_subscriptions)


@subscriptions_command.command("list")
@as_json
def list_subscriptions(as_json: bool) -> None:
    """Each subscription as a sentence, and who of it is not written to."""
    from storage.sending import silenced
    from storage.watched import subscriptions
    from wgwatch import shapes

    with opening.application().existing_database.read() as connection:
        found = subscriptions.all_of(connection)
        asleep, gone = silenced.all_unsubscribed(connection), silenced.all_gone(connection)
    if as_json:
        print_json([shapes.of_subscription(stored, asleep, gone) for stored in found])
        return
    told = [(stored, [one for one in asleep if one.subscription == stored.name]) for stored in found]
    for stored, mine in told:
        for line in _lines(stored, mine, _gone_of(stored, gone)):
            click.echo(line)


@subscriptions_command.command("pause")
@click.argument("name")
def pause(name: str) -> None:
    """Tell this subscription nothing until it is resumed."""
    from storage.watched import subscriptions

    application = opening.application()
    with application.existing_database.write() as connection:
        name = _named(connection, name).name
        subscriptions.pause(connection, name, application.clock())
    click.echo(f"{name} hears nothing until: wgwatch subscriptions resume {name}")


@subscriptions_command.command("resume")
@click.argument("name")
def resume(name: str) -> None:
    """Tell a paused subscription again, from now on, and its targets that were gone."""
    from storage.sending import silenced
    from storage.watched import subscriptions

    application = opening.application()
    with application.existing_database.write() as connection:
        stored = _named(connection, name)
        subscriptions.resume(connection, stored.name, application.clock())
        for one in _gone_of(stored, silenced.all_gone(connection)):
            silenced.come_back(connection, one.channel, one.target)
    click.echo(f"{stored.name} hears again")


@subscriptions_command.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Take away a subscription that was made on the web or by API."""
    from wgwatch.watching import subscribing
    from wgwatch.web.visitors import LOCAL

    application = opening.application()
    with application.existing_database.write() as connection:
        name = _named(connection, name).name
        subscribing.remove(connection, application.settings, LOCAL, name, application.clock())
    click.echo(f"{name} hears no more")


@subscriptions_command.command("unsubscribe")
@click.argument("name")
@click.argument("address")
def unsubscribe(name: str, address: str) -> None:
    """Write to a person no more for this subscription, although the watchlist names the address."""
    from storage.sending import silenced

    application = opening.application()
    with application.existing_database.write() as connection:
        stored, address = _person(connection, name, address)
        is_new = silenced.unsubscribe(connection, stored.name, address, application.clock())
    said = "hears no more of" if is_new else "had unsubscribed before from"
    click.echo(f"{address} {said} {stored.name}")


@subscriptions_command.command("resubscribe")
@click.argument("name")
@click.argument("address")
def resubscribe(name: str, address: str) -> None:
    """Write to a person again who had unsubscribed."""
    from storage.sending import silenced

    with opening.application().existing_database.write() as connection:
        stored, address = _person(connection, name, address)
        was_asleep = silenced.resubscribe(connection, stored.name, address)
    click.echo(f"{address} {'hears again of' if was_asleep else 'had not unsubscribed from'} {stored.name}")


def _named(connection: sa.Connection, name: str) -> Stored:
    from config.suggest import did_you_mean
    from storage.watched import subscriptions

    found = subscriptions.find(connection, name)
    if found is None:
        names = [stored.name for stored in subscriptions.all_of(connection)]
        hint = did_you_mean(name, names) or f"; known are: {', '.join(names) or 'none'}"
        raise UsageError(f"there is no subscription '{name}'{hint}")
    return found


def _person(connection: sa.Connection, name: str, address: str) -> tuple[Stored, str]:
    """The subscription, and the address as it names it."""
    stored = _named(connection, name)
    named = [each for each in stored.spec.get("email") or () if each.casefold() == address.casefold()]
    if not named:
        known = ", ".join(stored.spec.get("email") or ()) or "nobody"
        raise UsageError(f"{stored.name} does not e-mail {address}; it e-mails {known}")
    return stored, named[0]


def _gone_of(stored: Stored, gone: list[Gone]) -> list[Gone]:
    from config.stored import read_back
    from notifier.planning.listeners import targets_of

    mine = targets_of(read_back(stored.spec))
    return [one for one in gone if (one.channel, one.target) in mine]


def _lines(stored: Stored, asleep: list[Unsubscribed], gone: list[Gone]) -> list[str]:
    from config.sentences import subscription_sentence
    from config.stored import read_back
    from wgwatch.watching.added import ELSEWHERE

    paused = f" (paused since {day(stored.paused_at)})" if stored.paused_at else ""
    made = f" (made {ELSEWHERE[stored.origin]})" if stored.origin in ELSEWHERE else ""
    return [
        subscription_sentence(read_back(stored.spec)) + made + paused,
        *(f"  not to {one.address}: unsubscribed {day(one.at)}" for one in asleep),
        *(
            f"  not to {shown_target(one.channel, one.target)}: gone since {day(one.at)}, {one.reason}"
            for one in gone
        ),
    ]


subscriptions_command.add_command(preview)
subscriptions_command.add_command(test)
