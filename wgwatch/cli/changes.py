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
@as_json
def changes_command(
    group: str | None,
    kinds: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    as_json: bool,
) -> None:
    """What changed between the looks at a page, told or not."""
    from config.kinds import CHANGE_KINDS
    from storage import changes

    families = {kind.partition(".")[0] for kind in CHANGE_KINDS}
    for kind in kinds:
        if kind not in CHANGE_KINDS and kind not in families:
            raise UsageError(f"'{kind}' is no kind of change; there are: {', '.join(CHANGE_KINDS)}")
    with opening.application().existing_database.read() as connection:
        ids = [page.id for page in pages_of_group(connection, group)] if group else None
        found = changes.find(connection, page_ids=ids, kinds=kinds, since=since, until=until)
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
            c.state,
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

    with opening.application().existing_database.read() as connection:
        found = _record(connection, id) or _change(connection, id) or _delivery(connection, id)
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
    from wgwatch.cli.telling import delivery_json

    return delivery_json(connection, wanted) if wanted.startswith("msg_") else None


def _record(connection: sa.Connection, wanted: str) -> dict[str, Any] | None:
    from storage import changes, pages, queries, register

    record_id = register.resolve(connection, wanted)
    versions = queries.history_of(connection, record_id)
    if not versions:
        return None
    told = changes.find(connection, record_id=record_id)
    page = pages.get(connection, versions[-1].page_id)
    return {
        "id": record_id,
        "kind": versions[-1].kind,
        "label": versions[-1].label,
        "page": page.url,
        "versions": [
            {
                **row.said,
                "first_seen": row.first_seen_at,
                "last_seen": row.last_seen_at or page.last_good_at,
                "next_look": row.next_look_at,
                "state": row.verdict or queries.SEEN,
            }
            for row in versions
        ],
        "changes": [{"id": c.id, "kind": c.kind, "summary": c.summary} for c in told],
    }


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
