"""Commands about what programs show instead of a password."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from config.errors import UsageError
from wgwatch.cli import opening
from wgwatch.cli.output import as_json, note, print_json, print_table
from wgwatch.cli.times import day

if TYPE_CHECKING:
    from storage.access.tokens import Token

SCOPES = ("read", "feeds", "check", "subscribe", "operate")


@click.group("tokens", invoke_without_command=True)
@click.pass_context
def tokens_command(ctx: click.Context) -> None:
    """What programs show instead of a password."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_tokens)


@tokens_command.command("list")
@click.option("--user", metavar="NAME", help="Only this user's.")
@as_json
def list_tokens(user: str | None, as_json: bool) -> None:
    """All tokens: whose, what for, when last used. What they are is kept nowhere."""
    from storage.access import tokens
    from wgwatch.cli.users import named_user

    with opening.application().existing_database.read() as connection:
        found = tokens.all_of(connection, named_user(connection, user).id if user else None)
    if as_json:
        print_json([_json(token) for token in found])
        return
    rows = [
        [t.id, t.name, t.owner, ",".join(t.scopes), day(t.created_at), day(t.used_at), day(t.expires_at)]
        for t in found
    ]
    print_table(["id", "name", "user", "for", "made", "last used", "ends"], rows)


@tokens_command.command("create")
@click.argument("name")
@click.option("--user", required=True, metavar="NAME", help="Whose it is: it may do what the user may.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(SCOPES),
    help="What it is for; repeatable.",
)
@click.option("--days", type=click.IntRange(1, 3650), help="How long it lives; without, for ever.")
@as_json
def create(name: str, user: str, scopes: tuple[str, ...], days: int | None, as_json: bool) -> None:
    """A new token, printed this once.

    read: ask all that can be asked. feeds: calendars and feeds alone, also in an address. check: have pages looked
    at now. subscribe: see to the user's own subscriptions. operate: everything else that the user may.
    """
    from storage.access import tokens
    from wgwatch.cli.users import named_user

    application = opening.application()
    now, kept = application.clock(), [each for each in SCOPES if each in scopes]
    until = now + timedelta(days=days) if days else None
    with application.existing_database.write() as connection:
        owner = named_user(connection, user)
        token_id, secret = tokens.create(connection, owner.id, name, kept, now, until)
    if as_json:
        print_json({"id": token_id, "token": secret, "user": owner.name, "scopes": kept, "expires_at": until})
        return
    click.echo(secret)
    note(f"{token_id}: it is shown this once")


@tokens_command.command("revoke")
@click.argument("ids", nargs=-1, required=True)
def revoke(ids: tuple[str, ...]) -> None:
    """Tokens that open nothing any more, by the ids that `list` prints."""
    from storage.access import tokens

    with opening.application().existing_database.write() as connection:
        unknown = [token_id for token_id in ids if not tokens.revoke(connection, token_id)]
        if unknown:
            raise UsageError(f"there is no token {', '.join(unknown)}; nothing was revoked")
    click.echo(f"{', '.join(ids)} opens nothing any more")


def _json(token: Token) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "user": token.owner,
        "scopes": list(token.scopes),
        "created_at": token.created_at,
        "used_at": token.used_at,
        "expires_at": token.expires_at,
    }
