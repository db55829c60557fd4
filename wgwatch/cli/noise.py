"""The command about what differs at every look: noise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from config.errors import UsageError
from wgwatch.cli import opening
from wgwatch.cli.finding import one_page
from wgwatch.cli.output import as_json, note, print_json, print_table
from wgwatch.cli.times import day

if TYPE_CHECKING:
    from storage.noise import Mark
    from wgwatch.application import Application

STATES = {"active": "noise", "watching": "watched", "cleared": "cleared"}


@click.command("noise")
@click.argument("page")
@click.option("--set", "pattern", metavar="PATTERN", help="From now on this is noise; * is whatever varies.")
@click.option(
    "--clear", "mark_id", type=int, metavar="ID", help="This is no noise, and is not to be learned."
)
@as_json
def noise_command(page: str, pattern: str | None, mark_id: int | None, as_json: bool) -> None:
    """What differs at every look at a page (others call it ignored text), so that nobody is told of it.

    It is learned from looks that are close together. A pattern that is set by hand counts for sentences of the whole
    page. {number}, {time}, {token} and {today} stand for what varies in patterns that were learned.
    """
    from storage import noise

    application = opening.application()
    with application.existing_database.read() as connection:
        page_id = one_page(connection, page).id
    if pattern is not None:
        _set(application, page_id, pattern)
    if mark_id is not None:
        _clear(application, page_id, mark_id, page)
    with application.existing_database.read() as connection:
        marks = noise.of_page(connection, page_id)
    if as_json:
        print_json([_json(mark) for mark in marks])
        return
    if not marks:
        note("nothing is known to differ at every look")
        return
    rows = [
        [
            str(mark.id),
            STATES[mark.state],
            mark.origin,
            mark.section or "-",
            mark.pattern,
            f"{mark.times}" if mark.times else "-",
            day(mark.last_at),
        ]
        for mark in marks
    ]
    print_table(["id", "state", "origin", "section", "pattern", "times", "last"], rows)


def _set(application: Application, page_id: int, pattern: str) -> None:
    from storage import noise, pages

    pattern = " ".join(pattern.split())
    if not pattern.replace("*", ""):
        raise UsageError("the pattern has to say something beside *: it would take every sentence for noise")
    mark = noise.Mark(
        section=noise.WHOLE_PAGE,
        pattern=pattern,
        origin="set",
        state="active",
        times=0,
        last_at=application.clock(),
    )
    with application.database.write() as connection:
        pages.lock(connection, page_id)
        noise.put(connection, page_id, mark)


def _clear(application: Application, page_id: int, mark_id: int, page: str) -> None:
    from storage import noise, pages

    with application.database.write() as connection:
        pages.lock(connection, page_id)
        if not noise.clear(connection, page_id, mark_id):
            raise UsageError(f"{page} has no mark {mark_id}: wgwatch noise {page} lists them")


def _json(mark: Mark) -> dict[str, Any]:
    return {
        "id": mark.id,
        "state": mark.state,
        "origin": mark.origin,
        "section": mark.section or None,
        "pattern": mark.pattern,
        "times": mark.times,
        "last_at": mark.last_at,
        "examples": list(mark.examples),
    }
