"""The command diff: any two versions of a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, TYPE_CHECKING

import click

from wgwatch.cli import opening
from wgwatch.cli.finding import one_page
from wgwatch.cli.output import as_json, print_json
from wgwatch.cli.times import day

if TYPE_CHECKING:
    import sqlalchemy as sa

    from storage.captures import Capture
    from storage.changes import Change
    from storage.pages import Page


@click.command("diff")
@click.argument("page")
@click.option("--from", "since", metavar="DATE|ID", help="As it was on that day; else the version before.")
@click.option("--to", "until", metavar="DATE|ID", help="As it was on that day; else the newest.")
@click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "inline", "side", "html", "json"]),
    default="text",
    help="Text; an HTML file with the page inline, side by side, or both; JSON.",
)
@click.option("-o", "--output", type=click.File("w", encoding="utf-8"), default="-", help="Into this file.")
@as_json
def diff_command(
    page: str, since: str | None, until: str | None, shape: str, output: IO[str], as_json: bool
) -> None:
    """What differs between any two versions of a page: records first, then words by section.

    A version is named by a day, by its id in `captures`, or by the beginning of its SHA-256.
    """
    from wgwatch import shapes
    from wgwatch.past import versions
    from wgwatch.past.comparing import compare

    application = opening.application()
    with application.existing_database.read() as connection:
        found = one_page(connection, page)
        before, after = versions.two(connection, found, since, until)
        changes = compare(connection, found, before, after, application.reader_of(found))
        if as_json or shape == "json":
            print_json([shapes.of_difference(change) for change in changes], output)
        elif shape == "text":
            _print(found, before, after, changes, output)
        else:
            click.echo(_html(connection, found, before, after, changes, shape), output, nl=False)


def _print(page: Page, before: Capture, after: Capture, changes: Sequence[Change], output: IO[str]) -> None:
    from diffing.words import in_text

    click.echo(f"{page.label}: {day(before.last_seen_at)} -> {day(after.first_seen_at)}", output)
    for change in changes:
        pairs = change.payload["sentences"]
        title = (change.payload["section"] or {}).get("title", "") if pairs else change.summary
        click.echo(f"{change.kind}: {title}", output)
        for was, now in pairs:
            marked = in_text(was, now) if was and now else None
            sides = (
                [f"  ~ {marked}"]
                if marked
                else [f"  {sign} {s}" for sign, s in zip("-+", (was, now), strict=True) if s]
            )
            click.echo("\n".join(sides), output)
    if not changes:
        click.echo("no differences in what is read", output)


def _html(
    connection: sa.Connection,
    page: Page,
    before: Capture,
    after: Capture,
    changes: Sequence[Change],
    shape: str,
) -> str:
    from wgwatch.past import comparing, rendering

    aligned = comparing.align(connection, before, after)
    views = {"inline": rendering.inline, "side": rendering.side_by_side}
    shown = [view(aligned) for name, view in views.items() if shape in (name, "html")]
    note = (
        f"{page.url}: as last seen {day(before.last_seen_at)}, and as first seen {day(after.first_seen_at)}"
    )
    return rendering.standalone(page.label, note, rendering.change_list(changes), *shown)
