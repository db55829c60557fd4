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
    from wgwatch.cli.deliveries import delivery_json

    return delivery_json(connection, wanted) if wanted.startswith("msg_") else None


def _record(connection: sa.Connection, wanted: str) -> dict[str, Any] | None:
    """A record over all pages that show it."""
    from storage import changes, links, pages, queries, register

    record_id = register.resolve(connection, wanted)
    entity = links.entities(connection, [record_id]).get(record_id, record_id)
    members = links.members(connection, [entity]) or {record_id}
    versions = links.versions_of(connection, members)
    if not versions:
        return _not_read(connection, record_id)
    told = [change for member in sorted(members) for change in changes.find(connection, record_id=member)]
    on = {row.page_id: pages.get(connection, row.page_id) for row in versions}
    return {
        "id": entity,
        "kind": versions[-1].kind,
        "label": versions[-1].label,
        "pages": [page.url for page in on.values()],
        "versions": [
            {
                **row.said,
                "page": on[row.page_id].url,
                "first_seen": row.first_seen_at,
                "last_seen": row.last_seen_at or on[row.page_id].last_good_at,
                "next_look": row.next_look_at,
                "state": row.verdict or queries.SEEN,
            }
            for row in versions
        ],
        "changes": [
            {"id": c.id, "kind": c.kind, "summary": c.summary}
            for c in sorted(told, key=lambda change: change.first_seen_after)
        ],
    }


def _not_read(connection: sa.Connection, record_id: str) -> dict[str, Any] | None:
    """A record whose id was shown once, and that today's reading rules no longer find in any version of its page."""
    from storage import changes, pages, register

    known = register.known(connection, record_id)
    if known is None:
        return None
    told = changes.find(connection, record_id=record_id)
    labels = [c.payload["record"]["label"] for c in told if c.payload.get("record")]
    return {
        "id": record_id,
        "kind": known[1],
        "label": labels[-1] if labels else None,
        "pages": [pages.get(connection, known[0]).url],
        "note": "today's reading rules find no such record in any version of the page",
        "versions": [],
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
