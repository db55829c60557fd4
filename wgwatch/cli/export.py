"""Commands that write what is known for others: export warc, proof, csv, json, watchlist."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from config.errors import UsageError
from wgwatch.cli import opening
from wgwatch.cli.finding import one_page, pages_of_group
from wgwatch.cli.output import counted, print_json
from wgwatch.cli.times import Moment

if TYPE_CHECKING:
    import sqlalchemy as sa

    from storage.changes import Change
    from wgwatch.application import Application
    from wgwatch.exports.timestamps import Stamp

KINDS = {
    "events": "event",
    "contacts": "contact",
    "projects": "project",
    "news": "news",
    "groups": "group",
    "changes": "change",
}
into = click.option(
    "-o", "--output", "path", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file."
)


@click.group("export")
def export_command() -> None:
    """What is known, for others: WARC, the proof of a change, tables, the watchlist."""


@export_command.command("warc")
@click.option("--page", help="One page: its address, or a group's acronym.")
@click.option("--source", help="The pages of a source.")
@click.option("--change", "change_id", metavar="ID", help="Only the looks behind a change.")
@into
def warc_command(page: str | None, source: str | None, change_id: str | None, path: Path) -> None:
    """Every look as a WARC 1.1 file, compressed where FILE ends in .gz. Without a choice: of all pages."""
    from wgwatch.exports.warc import export_change, export_pages

    if sum(choice is not None for choice in (page, source, change_id)) > 1:
        raise UsageError("choose one of --page, --source and --change")
    application = opening.application()
    is_packed = path.suffix == ".gz"
    with application.existing_database.read() as connection, _written(path) as out:
        now = application.clock()
        if change_id is not None:
            change = _change(connection, change_id)
            written = export_change(connection, change, out, is_packed=is_packed, now=now)
        else:
            ids = _page_ids(connection, page, source)
            written = export_pages(connection, ids, out, is_packed=is_packed, now=now)
    left_out = f", {counted(written.left_out, 'look')} without an answer left out" if written.left_out else ""
    click.echo(
        f"{path}: {counted(written.responses, 'answer')}, {counted(written.revisits, 'repeat')}{left_out}"
    )


@export_command.command("proof")
@click.argument("change_id", metavar="CHANGE")
@click.option(
    "--timestamp", "authority", metavar="URL", help="Have the chain heads stamped there (RFC 3161)."
)
@into
def proof_command(change_id: str, authority: str | None, path: Path) -> None:
    """A change with all that proves it, as a zip that can be checked without wgwatch."""
    from wgwatch.exports.proofs import export_proof, heads_text

    application = opening.application()
    with application.existing_database.read() as connection:
        change = _change(connection, change_id)
        with _written(path) as out:
            write = export_proof(connection, change, out, application.clock())
            stamp = _stamped(application, authority, heads_text(connection)) if authority else None
            if stamp is None:
                write(None, None)
            else:
                write(stamp.response, stamp.stated_at)
    stamped = f", stamped {stamp.stated_at:%Y-%m-%d %H:%M:%S} UTC by {authority}" if stamp else ""
    click.echo(f"{path}: {change.summary}{stamped}")


@export_command.command("csv")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.option("--group", metavar="GROUP", help="Acronym or name of the group.")
@click.option("--as-of", type=Moment(end=True), help="As the pages said on that day (its end, UTC).")
@click.option("--history", is_flag=True, help="Also what they said before and say no longer.")
@click.option("-o", "--output", "out", type=click.File("w", encoding="utf-8"), default="-", help="The file.")
def csv_command(kind: str, group: str | None, as_of: datetime | None, history: bool, out: IO[str]) -> None:
    """Records of a kind, or changes, as CSV."""
    from wgwatch.exports.tables import write_csv

    application = opening.application()
    with application.existing_database.read() as connection:
        write_csv(_rows(connection, kind, group, as_of or application.clock(), history), out)


@export_command.command("json")
@click.option("--group", metavar="GROUP", help="Acronym or name of the group.")
@click.option("--as-of", type=Moment(end=True), help="As the pages said on that day (its end, UTC).")
@click.option("--history", is_flag=True, help="Also what they said before and say no longer.")
@click.option("-o", "--output", "out", type=click.File("w", encoding="utf-8"), default="-", help="The file.")
def json_command(group: str | None, as_of: datetime | None, history: bool, out: IO[str]) -> None:
    """Records of every kind and all changes, as one JSON object."""
    application = opening.application()
    moment = as_of or application.clock()
    with application.existing_database.read() as connection:
        print_json({kind: _rows(connection, kind, group, moment, history) for kind in KINDS}, out)


@export_command.command("watchlist")
@click.option("-o", "--output", "out", type=click.File("w", encoding="utf-8"), default="-", help="The file.")
def watchlist_command(out: IO[str]) -> None:
    """What is watched and who is told, as a watchlist file."""
    from wgwatch.exports.watchlist import watchlist_text

    with opening.application().existing_database.read() as connection:
        out.write(watchlist_text(connection))


def _rows(
    connection: sa.Connection, kind: str, group: str | None, moment: datetime, history: bool
) -> list[dict[str, Any]]:
    """Records as the pages said at a moment, or the changes up to it."""
    from storage import changes, queries

    pages = pages_of_group(connection, group)
    if kind == "changes":
        ids = [page.id for page in pages] if group else None
        return [change.to_json() for change in changes.find(connection, page_ids=ids, until=moment)]
    found = queries.as_of(connection, KINDS[kind], pages, moment, history=history)
    return [answer.to_json() for answer in found]


def _stamped(application: Application, authority: str, data: bytes) -> Stamp:
    from wgwatch.exports.timestamps import stamp
    from wgwatch.imports.asking import open_asker

    async def ask() -> Stamp:
        async with open_asker(application) as asker:
            return await stamp(asker, authority, data)

    return asyncio.run(ask())


def _change(connection: sa.Connection, wanted: str) -> Change:
    from storage import changes

    found = changes.get(connection, wanted)
    if found is None:
        raise UsageError(f"no change has the id '{wanted}': wgwatch changes lists them")
    return found


def _page_ids(connection: sa.Connection, page: str | None, source: str | None) -> list[int]:
    from storage import pages, subscriptions

    if page is not None:
        return [one_page(connection, page).id]
    if source is None:
        return [found.id for found in pages.all_pages(connection)]
    if source not in subscriptions.source_names(connection):
        raise UsageError(f"there is no source '{source}'")
    return [found.id for found in pages.of_source(connection, source)]


@contextmanager
def _written(path: Path) -> Iterator[IO[bytes]]:
    """The file, complete or not at all: it takes its name when everything is in it."""
    beside = path.with_name(path.name + ".part")
    try:
        with beside.open("wb") as out:
            yield out
        beside.replace(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        beside.unlink(missing_ok=True)
