"""Commands about the versions of a page: captures, page."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from config.errors import WgwatchError
from wgwatch.cli import opening
from wgwatch.cli.finding import one_page
from wgwatch.cli.output import as_json, print_json, print_table
from wgwatch.cli.times import Moment, day

if TYPE_CHECKING:
    from storage.captures import Capture


@click.command("captures")
@click.argument("page")
@as_json
def captures_command(page: str, as_json: bool) -> None:
    """Every version of a page (others call them snapshots)."""
    from storage import captures
    from wgwatch import shapes

    with opening.application().existing_database.read() as connection:
        found = captures.all_of(connection, one_page(connection, page).id)
    if as_json:
        print_json([shapes.of_capture(capture) for capture in found])
        return
    print_table(
        ["id", "first seen", "last seen", "looks", "bytes", "sha256", "address"], [_row(c) for c in found]
    )


@click.command("page")
@click.argument("wanted", metavar="PAGE")
@click.option("--as-of", type=Moment(end=True), help="As it was on that day (its end, UTC).")
@click.option("--raw", is_flag=True, help="The bytes as they came, not the text.")
@click.option(
    "--screenshot", type=click.Path(dir_okay=False, path_type=Path), help="Write its picture (JPEG) there."
)
def page_command(wanted: str, as_of: datetime | None, raw: bool, screenshot: Path | None) -> None:
    """What a page said."""
    from crawler.documents import parse
    from storage import blobs, screenshots
    from wgwatch.past import versions

    application = opening.application()
    with application.existing_database.read() as connection:
        found = one_page(connection, wanted)
        capture = versions.at(connection, found, as_of or application.clock())
        body = blobs.get(connection, capture.blob_id)
        picture = screenshots.of(connection, capture) if screenshot else None
    if screenshot:
        _write_picture(screenshot, picture, capture)
        return
    if raw:
        sys.stdout.buffer.write(body)
        return
    click.echo(f"{capture.address}, seen {day(capture.first_seen_at)} to {day(capture.last_seen_at)}\n")
    for block in parse(body, capture.content_type, capture.address).blocks:
        click.echo(f"\n{block.text}\n" if block.kind == "heading" else block.text)


def _write_picture(path: Path, picture: bytes | None, capture: Capture) -> None:
    """Raises WgwatchError where there is none, or the file cannot be written."""
    if picture is None:
        raise WgwatchError(
            f"no picture was taken of {capture.address} as of {day(capture.first_seen_at)}: "
            "write render: {screenshot: yes} to its source to have one of each new version"
        )
    try:
        path.write_bytes(picture)
    except OSError as error:
        raise WgwatchError(f"{path}: {error.strerror}") from error


def _row(c: Capture) -> list[str]:
    seen = [day(c.first_seen_at), day(c.last_seen_at), str(c.looks)]
    return [str(c.id), *seen, f"{c.size:,}", c.sha256[:16], c.address]
