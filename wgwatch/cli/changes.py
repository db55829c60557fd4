"""Commands about what changed: changes, show."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from config.errors import UsageError
from wgwatch.cli import opening
from wgwatch.cli.finding import pages_of_group
from wgwatch.cli.output import as_json, print_json, print_table
from wgwatch.cli.times import Moment, day

if TYPE_CHECKING:
    import sqlalchemy as sa


@click.command("changes")
@click.option("--group", metavar="GROUP", help="Acronym or name of the group.")
@click.option(
    "--kind", "kinds", multiple=True, metavar="KIND", help="event.moved, or all of event; repeatable."
)
@click.option("--since", type=Moment(end=False), help="First seen on this day or later.")
@click.option("--until", type=Moment(end=True), help="First seen on this day or earlier.")
@click.option("--noise", is_flag=True, help="What differs at every look, too.")
@click.option("--repeats", is_flag=True, help="What only repeats another page, too.")
@click.option("--withdrawn", is_flag=True, help="What a page in doubt seemed to say, too.")
@as_json
def changes_command(
    group: str | None,
    kinds: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    noise: bool,
    repeats: bool,
    withdrawn: bool,
    as_json: bool,
) -> None:
    """What changed between the looks at a page, told or not."""
    from config.kinds import check_kinds
    from storage import changes

    check_kinds(kinds)
    with opening.application().existing_database.read() as connection:
        ids = [page.id for page in pages_of_group(connection, group)] if group else None
        found = changes.find(
            connection,
            page_ids=ids,
            kinds=kinds,
            since=since,
            until=until,
            noise=noise,
            repeats=repeats,
            withdrawn=withdrawn,
        )
    if as_json:
        print_json([change.to_json() for change in found])
        return
    rows = [
        [
            day(c.last_seen_before),
            day(c.first_seen_after),
            c.group or "-",
            c.kind,
            c.summary,
            "noise" if c.noise else "repeats" if c.same_as else c.state,
            c.id[:12],
        ]
        for c in found
    ]
    print_table(["last seen so", "first seen", "group", "kind", "what", "state", "id"], rows)


@click.command("show")
@click.argument("id")
@as_json
def show_command(id: str, as_json: bool) -> None:
    """A change, a record with its history, or a delivery, by its id."""
    from wgwatch import shapes

    with opening.application().existing_database.read() as connection:
        found = shapes.of_record(connection, id) or _change(connection, id) or _delivery(connection, id)
    if found is None:
        raise UsageError(f"nothing has the id '{id}'")
    if as_json:
        print_json(found)
    else:
        _print(found)


def _change(connection: sa.Connection, wanted: str) -> dict[str, Any] | None:
    from storage import changes

    change = changes.get(connection, wanted) if wanted.startswith("chg_") else None
    return change.to_json() if change else None


def _delivery(connection: sa.Connection, wanted: str) -> dict[str, Any] | None:
    from wgwatch import shapes

    return shapes.of_whole_delivery(connection, wanted) if wanted.startswith("msg_") else None


def _print(found: dict[str, Any], depth: int = 0) -> None:
    for name, value in found.items():
        if value in (None, [], {}, ""):
            continue
        label = f"{'  ' * depth}{name.replace('_', ' ')}"
        if isinstance(value, dict):
            click.echo(label)
            _print(value, depth + 1)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for item in value:
                click.echo(label)
                _print(item, depth + 1)
        elif isinstance(value, list) and len(value) == 2 and name in (found.get("fields") or found):
            click.echo(f"{label}: {_text(value[0])} -> {_text(value[1])}")
        else:
            click.echo(f"{label}: {_text(value)}")


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return day(value)
    return "not shown" if value is None else str(value)
