"""Commands about the state of things: status, db."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from wgwatch.cli import opening
from wgwatch.cli.output import as_json, print_json, print_table
from wgwatch.cli.times import day

if TYPE_CHECKING:
    from storage.pages import Page


@click.command("status")
@as_json
def status_command(as_json: bool) -> None:
    """Each page: last look, health, next look; changes and messages by state; whether a service runs."""
    from storage import changes, deliveries, leases, pages

    application = opening.application()
    database = application.existing_database
    with database.read() as connection:
        found = pages.all_pages(connection)
        state = {
            "database": database.name,
            "schema": database.schema(),
            "service": leases.holder(connection, "service", application.clock()),
            "changes": changes.counts(connection),
            "deliveries": deliveries.counts(connection),
            "pages": [_json(page) for page in found],
        }
    if as_json:
        print_json(state)
        return
    _print(state, found)


@click.group("db")
def db_command() -> None:
    """The database's schema."""


@db_command.command("upgrade")
def upgrade() -> None:
    """Make the database, or bring it to this version's schema."""

    database = opening.application().database
    click.echo(f"{database.name} has schema {database.schema()}")


@db_command.command("current")
def current() -> None:
    """Which schema the database has."""
    from config.errors import StorageError
    from storage.engine import SCHEMA, Database

    database = Database(opening.application().settings.database_url)
    if not database.exists():
        raise StorageError(f"there is no database at {database.name} yet")
    click.echo(f"{database.name} has schema {database.schema()}, this wgwatch knows {SCHEMA}")


def _json(page: Page) -> dict[str, Any]:
    return {
        "page": page.label,
        "url": page.url,
        "sources": list(page.sources),
        "health": page.state,
        "reason": page.health_reason,
        "suspect_since": page.suspect_since,
        "suspect_looks": page.suspect_looks,
        "last_look": page.last_check_at,
        "last_good_look": page.last_good_at,
        "last_change": page.last_change_at,
        "next_look": page.next_check_at,
        "looks": page.arrivals,
    }


def _print(state: dict[str, Any], found: list[Page]) -> None:
    click.echo(f"Database {state['database']}, schema {state['schema']}")
    owner = state["service"]
    click.echo(
        f"Service: process {owner.split('/')[1]} on {owner.split('/')[0]}" if owner else "Service: none runs"
    )
    for name in ("changes", "deliveries"):
        counted = ", ".join(f"{number} {word}" for word, number in sorted(state[name].items()))
        click.echo(f"{name.capitalize()}: {counted or 'none'}")
    rows = [
        [
            page.label,
            page.state,
            day(page.last_check_at),
            day(page.last_good_at),
            day(page.last_change_at),
            day(page.next_check_at),
            _why(page),
        ]
        for page in found
    ]
    print_table(["page", "health", "last look", "last good", "last change", "next look", "why"], rows)


def _why(page: Page) -> str:
    reason = page.health_reason or ""
    if page.state != "suspect" or page.next_check_at is None:
        return reason
    return f"looks broken, looking again at {page.next_check_at:%H:%M} UTC: {reason}"
