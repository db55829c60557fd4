"""Commands about the state of things: status, db."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from wgwatch.cli import opening
from wgwatch.cli.copies import copy_command
from wgwatch.cli.output import as_json, counted, print_json, print_table, size_in_words
from wgwatch.cli.times import day

if TYPE_CHECKING:
    from storage.asking.overview import Watch
    from storage.pages import Page


SHOWN = 30
"""Pages that are listed unless all are asked for."""


@click.command("status")
@click.option("--all", "every", is_flag=True, help=f"List all pages, not only the first {SHOWN}.")
@as_json
def status_command(every: bool, as_json: bool) -> None:
    """What is in trouble, first of all; each page: last look, last change, next look and why; messages by state."""
    from storage import pages
    from storage.asking import overview
    from storage.work import processes
    from wgwatch import shapes
    from wgwatch.running import roster
    from wgwatch.running.trouble import troubles
    from wgwatch.watching.spending import reasons, spending

    application = opening.application()
    database, now = application.existing_database, application.clock()
    with database.read() as connection:
        watch = overview.watch(connection, now)
        found = pages.troubled_first(connection, None if every or as_json else SHOWN)
        said = reasons(connection, found, now)
        whys = {page.id: why(page, said.get(page.id)) for page in found}
        at_work = processes.listed(connection, now)
        state = {
            **shapes.of_state(connection, database, watch, spending(connection, found, now), now),
            "trouble": troubles(connection, now),
            "pages": [shapes.of_page(page, whys[page.id]) for page in found],
        }
    if as_json:
        print_json(state)
        return
    _print(state, watch, found, whys, roster.lines(at_work))


@click.group("db")
def db_command() -> None:
    """The database: its schema, and copying it into another."""


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


db_command.add_command(copy_command)


def _print(
    state: dict[str, Any], watch: Watch, found: list[Page], whys: dict[int, str], at_work: list[str]
) -> None:
    for trouble in state["trouble"]:
        click.echo(f"Trouble: {trouble}")
    click.echo(f"Database {state['database']}, schema {state['schema']}, {size_in_words(state['size'])}")
    owner = state["service"]
    click.echo(
        f"Service: process {owner.split('/')[1]} on {owner.split('/')[0]}" if owner else "Service: none runs"
    )
    for line in at_work:
        click.echo(f"Process: {line}")
    for name, counts in (
        ("pages", watch.states),
        *((name, state[name]) for name in ("changes", "deliveries")),
    ):
        said = ", ".join(f"{number} {word}" for word, number in sorted(counts.items()))
        click.echo(f"{name.capitalize()}: {said or 'none'}")
    click.echo(f"Looks: {_looks(watch)}")
    for line in state["spending"]:
        click.echo(line)
    rows = [
        [
            _label(page),
            page.state,
            day(page.last_check_at),
            day(page.last_good_at),
            day(page.last_change_at),
            day(page.next_check_at),
            whys[page.id],
        ]
        for page in found
    ]
    print_table(["page", "health", "last look", "last good", "last change", "next look", "why"], rows)
    if (more := sum(watch.states.values()) - len(found)) > 0:
        click.echo(f"and {counted(more, 'page')} more: wgwatch status --all")


def _label(page: Page) -> str:
    """Where it does not stand in the file, with what added it."""
    return f"{page.label} ({page.origin})" if page.is_named and page.origin != "watchlist" else page.label


def _looks(watch: Watch) -> str:
    late = f", the first since {day(watch.oldest_due)}" if watch.oldest_due else ""
    following = f", the next after that {day(watch.next_look)}" if watch.next_look else ""
    return f"last {day(watch.last_look)}; {counted(watch.due, 'page')} due now{late}{following}"


def why(page: Page, said: str | None) -> str:
    """Why the next look comes when it does: what went wrong, what it waits for (`said`), or its schedule."""
    from crawler.timing.intervals import schedules_of

    if page.paused_at is not None or page.next_check_at is None:
        return page.health_reason or ""
    if page.state == "suspect":
        return f"looks broken, looking again at {page.next_check_at:%H:%M} UTC: {page.health_reason or ''}"
    schedules = " or ".join(schedule.in_words() for schedule in schedules_of(page.spec))
    if page.bad_looks > 1 and not said:
        return (
            f"{page.health_reason or ''}; {page.bad_looks} bad looks in a row, hence later than {schedules}"
        )
    return "; ".join(filter(None, (page.health_reason, said or schedules)))
