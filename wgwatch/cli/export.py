"""Commands that write what is known for others: export warc, proof, watchlist, and those of `formats`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from config.errors import UsageError
from wgwatch.cli import opening
from wgwatch.cli.files import whole
from wgwatch.cli.finding import one_page, pages_of_source
from wgwatch.cli.formats import atom_command, csv_command, ics_command, json_command, vcf_command
from wgwatch.cli.output import counted

if TYPE_CHECKING:
    import sqlalchemy as sa

    from storage.changes import Change
    from wgwatch.application import Application
    from wgwatch.exports.timestamps import Stamp

into = click.option(
    "-o", "--output", "path", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file."
)


@click.group("export")
def export_command() -> None:
    """What is known, for others: WARC, proofs, tables, calendars, cards, feeds, the watchlist."""


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
    with application.existing_database.read() as connection, whole(path) as out:
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
        with whole(path) as out:
            write = export_proof(connection, change, out, application.clock())
            stamp = _stamped(application, authority, heads_text(connection)) if authority else None
            if stamp is None:
                write(None, None)
            else:
                write(stamp.response, stamp.stated_at)
    stamped = f", stamped {stamp.stated_at:%Y-%m-%d %H:%M:%S} UTC by {authority}" if stamp else ""
    click.echo(f"{path}: {change.summary}{stamped}")


@export_command.command("watchlist")
@click.option("-o", "--output", "out", type=click.File("w", encoding="utf-8"), default="-", help="The file.")
def watchlist_command(out: IO[str]) -> None:
    """What is watched and who is told, as a watchlist file."""
    from wgwatch.exports.watchlist import watchlist_text

    with opening.application().existing_database.read() as connection:
        out.write(watchlist_text(connection))


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
    from storage import pages

    if page is not None:
        return [one_page(connection, page).id]
    found = pages.all_pages(connection) if source is None else pages_of_source(connection, source)
    return [page.id for page in found]


for command in (csv_command, json_command, ics_command, vcf_command, atom_command):
    export_command.add_command(command)
