"""`import --from-archive`: what it does and says."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import click

from wgwatch.cli.finding import one_page
from wgwatch.cli.output import counted, note, print_json

if TYPE_CHECKING:
    from storage.pages import Page
    from wgwatch.application import Application
    from wgwatch.imports.archives import ArchiveReport

SHOWN = 10
"""So many refused captures are named to people; --json names all."""


def from_archive(application: Application, options: dict[str, Any], as_json: bool) -> None:
    """Import, say what came of it, and exit with 1 where it stopped early."""
    page = _page(application, options)
    report = asyncio.run(_run(application, page, options, as_json))
    if as_json:
        print_json(_json(report))
    else:
        _print(report, page.label, is_dry=options["dry_run"])
    if report.stopped:
        note(f"stopped: {report.stopped}")
        click.get_current_context().exit(1)


def _page(application: Application, options: dict[str, Any]) -> Page:
    """The page that is meant; a new address makes one, unless nothing is to be done."""
    from wgwatch.imports.saved import put_into_source
    from wgwatch.watching.applying import page_for

    word, database = options["page"], application.database
    if options["dry_run"]:
        with database.read() as connection:
            return one_page(connection, word)
    with database.write() as connection:
        is_address = "://" in word
        page = page_for(connection, word, application.clock()) if is_address else one_page(connection, word)
        return put_into_source(connection, page, options["source"]) if options["source"] else page


async def _run(application: Application, page: Page, options: dict[str, Any], as_json: bool) -> ArchiveReport:
    from wgwatch.imports.archives import ArchiveImport
    from wgwatch.imports.asking import open_asker

    async with open_asker(application) as asker:
        job = ArchiveImport(
            database=application.database,
            asker=asker,
            page=page,
            reader_of=application.reader_of,
            owner=application.owner,
            clock=application.clock,
            delay=options["delay"],
            during=options["during"],
            at_most=options["at_most"],
            is_dry=options["dry_run"],
            on_step=note if not as_json else lambda text: None,
        )
        return await job.run(options["timemap"])


def _print(report: ArchiveReport, label: str, *, is_dry: bool) -> None:
    known = f", {report.known} known already" if report.known else ""
    left = f"; {report.left} more to come, by the same command" if report.left else ""
    listed = f"{counted(report.listed, 'capture')} listed{known}"
    if is_dry:
        for memento in report.wanted:
            click.echo(f"{memento.at:%Y-%m-%d %H:%M:%S} {memento.url}")
        click.echo(f"{label}: {listed}; {len(report.wanted)} would be fetched{left}")
        return
    click.echo(f"{label}: {listed}; {report.new} imported, {len(report.refused)} refused{left}")
    for refused in report.refused[:SHOWN]:
        note(f"not imported: {refused.url}: {refused.reason}")
    if len(report.refused) > SHOWN:
        note(f"not imported: {len(report.refused) - SHOWN} more (--json names them)")


def _json(report: ArchiveReport) -> dict[str, Any]:
    return {
        "listed": report.listed,
        "known": report.known,
        "wanted": [{"at": memento.at, "url": memento.url} for memento in report.wanted],
        "imported": report.new,
        "refused": [{"at": r.at, "url": r.url, "reason": r.reason} for r in report.refused],
        "left": report.left,
        "stopped": report.stopped,
    }
