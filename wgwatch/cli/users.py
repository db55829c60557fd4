"""Commands about who may use the web pages and the API."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from config.errors import UsageError
from wgwatch.cli import opening
from wgwatch.cli.output import as_json, note, print_json, print_table
from wgwatch.cli.times import day

if TYPE_CHECKING:
    import sqlalchemy as sa

    from storage.access.users import User
    from wgwatch.application import Application

ROLES = ("reader", "member", "operator")

from_input = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
drawn = click.option("--generate", is_flag=True, help="Draw a password and print it, this once.")


@click.group("users", invoke_without_command=True)
@click.pass_context
def users_command(ctx: click.Context) -> None:
    """Who may see the web pages and ask the API, and in which role."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_users)


@users_command.command("list")
@as_json
def list_users(as_json: bool) -> None:
    """All users."""
    from storage.access import users

    with opening.application().existing_database.read() as connection:
        found = users.all_of(connection)
    if as_json:
        print_json([_json(user) for user in found])
    elif not found:
        click.echo("no users: whoever is at this machine may see and do all")
    else:
        rows = [
            [user.name, user.role, _shown_email(user), day(user.created_at), _ways(user)] for user in found
        ]
        print_table(["name", "role", "e-mail", "since", "logs in"], rows)


@users_command.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="reader", show_default=True, help="What it may do.")
@click.option("--email", metavar="ADDRESS", help="An e-mail address that you know to be the user's.")
@from_input
@drawn
@click.option("--no-password", is_flag=True, help="Let it in by tokens or single sign-on alone.")
def add(
    name: str, role: str, email: str | None, password_stdin: bool, generate: bool, no_password: bool
) -> None:
    """A new user. The password is asked for, read from standard input, or drawn.

    With the first user the web pages ask everybody to log in, at this machine too.
    """
    from config.addresses import check_email
    from storage.access import users

    application = opening.application()
    if email:
        check_email(email)
    with application.database.read() as connection:
        users.refuse_name(connection, name)
    known = None if no_password else _password(name, from_stdin=password_stdin, generate=generate)
    with application.database.write() as connection:
        users.add(connection, name, role, application.clock(), password=known, email=email)
        is_shut = not users.has_operator(connection)
    click.echo(f"{name} is {_article(role)} now", err=generate)
    if is_shut:
        note("no operator can log in with a password yet: add one with --role operator")


@users_command.command("role")
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
def set_role(name: str, role: str) -> None:
    """Set what a user may do; ends the user's sessions."""
    _change(opening.application(), name, role=role)
    click.echo(f"{name} is {_article(role)} now")


@users_command.command("password")
@click.argument("name")
@from_input
@drawn
def set_password(name: str, password_stdin: bool, generate: bool) -> None:
    """Give a user a new password; ends the user's sessions."""
    application = opening.application()
    with application.existing_database.read() as connection:
        name = named_user(connection, name).name
    _change(application, name, password=_password(name, from_stdin=password_stdin, generate=generate))
    click.echo(f"the password of {name} is changed", err=generate)


@users_command.command("disable")
@click.argument("name")
def disable(name: str) -> None:
    """Let a user in no more; ends the user's sessions, and the user's tokens open nothing."""
    application = opening.application()
    _change(application, name, disabled_at=application.clock())
    click.echo(f"{name} is let in no more")


@users_command.command("enable")
@click.argument("name")
def enable(name: str) -> None:
    """Let a disabled user in again."""
    _change(opening.application(), name, disabled_at=None)
    click.echo(f"{name} is let in again")


@users_command.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Forget a user, with sessions and tokens."""
    from storage.access import users

    with opening.application().existing_database.write() as connection:
        users.remove(connection, named_user(connection, name).id)
    click.echo(f"{name} is no user any more")


def _change(application: Application, name: str, **values: Any) -> None:
    from storage.access import sessions, users

    with application.existing_database.write() as connection:
        user = named_user(connection, name)
        users.change(connection, user.id, **values)
        sessions.end_all(connection, user.id)


def _password(name: str, *, from_stdin: bool, generate: bool) -> str:
    """The hash of what was given; a drawn one is printed alone, for programs to take up."""
    from wgwatch.passwords import Passwords, generated

    if from_stdin and generate:
        raise UsageError("give --password-stdin or --generate, not both")
    if generate:
        password = generated()
        click.echo(password)
    elif from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    else:
        raise UsageError("there is no terminal to ask for the password: give --password-stdin or --generate")
    return Passwords().hash(password, name)


def named_user(connection: sa.Connection, name: str) -> User:
    from config.suggest import did_you_mean
    from storage.access import users

    found = users.find(connection, name)
    if found is None:
        known = [user.name for user in users.all_of(connection)]
        hint = did_you_mean(name, known) or f"; known are: {', '.join(known) or 'none'}"
        raise UsageError(f"there is no user '{name}'{hint}")
    return found


def _article(role: str) -> str:
    return f"{'an' if role == 'operator' else 'a'} {role}"


def _shown_email(user: User) -> str:
    return f"{user.email}{'' if user.confirmed_at else ' (not confirmed)'}" if user.email else ""


def _ways(user: User) -> str:
    return "disabled" if user.disabled_at else "with a password" if user.password else "without a password"


def _json(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "role": user.role,
        "email": user.email,
        "email_confirmed": user.confirmed_at is not None,
        "has_password": user.password is not None,
        "disabled": user.disabled_at is not None,
        "created_at": user.created_at,
    }
