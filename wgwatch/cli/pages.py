"""Commands about the versions of a page: captures, page, diff."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from config.errors import UsageError, WgwatchError
from wgwatch.cli import opening
from wgwatch.cli.finding import one_page
from wgwatch.cli.output import as_json, print_json, print_table
from wgwatch.cli.times import Moment, day

if TYPE_CHECKING:
    import sqlalchemy as sa

    from storage.captures import Capture
    from storage.pages import Page


@click.command("captures")
@click.argument("page")
@as_json
def captures_command(page: str, as_json: bool) -> None:
    """Every version of a page (others call them snapshots)."""
    from storage import captures

    with opening.application().existing_database.read() as connection:
        found = captures.all_of(connection, one_page(connection, page).id)
    if as_json:
        print_json([_json(capture) for capture in found])
        return
    rows = [
        [day(c.first_seen_at), day(c.last_seen_at), str(c.looks), f"{c.size:,}", c.sha256[:16], c.address]
        for c in found
    ]
    print_table(["first seen", "last seen", "looks", "bytes", "sha256", "address"], rows)


@click.command("page")
@click.argument("wanted", metavar="PAGE")
@click.option("--as-of", type=Moment(end=True), help="As it was on that day (its end, UTC).")
@click.option("--raw", is_flag=True, help="The bytes as they came, not the text.")
def page_command(wanted: str, as_of: datetime | None, raw: bool) -> None:
    """What a page said."""
    from crawler.documents import parse
    from storage import blobs

    application = opening.application()
    with application.existing_database.read() as connection:
        found = one_page(connection, wanted)
        capture = _capture_at(connection, found, as_of or application.clock())
        body = blobs.get(connection, capture.blob_id)
    if raw:
        sys.stdout.buffer.write(body)
        return
    click.echo(f"{capture.address}, seen {day(capture.first_seen_at)} to {day(capture.last_seen_at)}\n")
    for block in parse(body, capture.content_type, capture.address).blocks:
        click.echo(f"\n{block.text}\n" if block.kind == "heading" else block.text)


@click.command("diff")
@click.argument("page")
@click.option(
    "--from", "since", type=Moment(end=True), help="As it was on that day; else the version before."
)
@click.option("--to", "until", type=Moment(end=True), help="As it was on that day; else the newest.")
@as_json
def diff_command(page: str, since: datetime | None, until: datetime | None, as_json: bool) -> None:
    """What differs between two versions of a page: records first, then sentences."""
    from wgwatch.comparing import compare

    application = opening.application()
    with application.existing_database.read() as connection:
        found = one_page(connection, page)
        after = _capture_at(connection, found, until or application.clock())
        before = _capture_at(connection, found, since) if since else _before(connection, found, after)
        changes = compare(connection, found, before, after, application.reader_of(found))
    if as_json:
        print_json([change.to_json() for change in changes])
        return
    click.echo(f"{found.label}: {day(before.last_seen_at)} -> {day(after.first_seen_at)}")
    for change in changes:
        click.echo(f"{change.kind}: {change.summary}")
        for was, now in change.payload["sentences"]:
            click.echo(f"  - {was}" if was else "  -")
            click.echo(f"  + {now}" if now else "  +")
    if not changes:
        click.echo("no differences in what is read")


def _capture_at(connection: sa.Connection, page: Page, moment: datetime) -> Capture:
    from storage import captures

    capture = captures.at(connection, page.id, moment)
    if capture is not None:
        return capture
    known = captures.all_of(connection, page.id)
    if not known:
        raise WgwatchError(f"{page.label} was not looked at yet")
    raise WgwatchError(
        f"nothing is known of {day(moment)}: the earliest look at {page.label} is of {day(known[0].first_seen_at)}"
    )


def _before(connection: sa.Connection, page: Page, capture: Capture) -> Capture:
    from storage import captures

    earlier = [c for c in captures.all_of(connection, page.id) if c.first_seen_at < capture.first_seen_at]
    if not earlier:
        raise UsageError(f"{page.label} has only one version so far")
    return earlier[-1]


def _json(capture: Capture) -> dict[str, Any]:
    return {
        "id": capture.id,
        "first_seen": capture.first_seen_at,
        "last_seen": capture.last_seen_at,
        "looks": capture.looks,
        "bytes": capture.size,
        "sha256": capture.sha256,
        "address": capture.address,
        "content_type": capture.content_type,
    }
