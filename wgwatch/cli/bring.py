"""The command that brings what others kept into history: import."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from config.errors import UsageError
from wgwatch.cli import opening
from wgwatch.cli.finding import one_page
from wgwatch.cli.output import as_json, counted, note, print_json
from wgwatch.cli.times import Moment, Period, day

if TYPE_CHECKING:
    from wgwatch.application import Application
    from wgwatch.imports.warc import WarcReport

NAMES = {"page": "a saved page", "WARC": "WARC files", "archive": "a web archive"}
ONLY_FOR = {
    "url": ("--url", {"page"}),
    "at": ("--at", {"page"}),
    "page": ("--page", {"WARC", "archive"}),
    "during": ("--during", {"WARC", "archive"}),
    "dry_run": ("--dry-run", {"WARC", "archive"}),
    "patterns": ("--match", {"WARC"}),
    "is_all": ("--all", {"WARC"}),
    "at_most": ("--at-most", {"archive"}),
}
SHOWN = 10
"""So many refused answers are named to people; --json names all."""


@click.command("import")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--url", help="The address that a saved page had.")
@click.option("--at", type=Moment(end=False), help="When a saved page was so: 2016-09-23 (UTC).")
@click.option("--source", help="A source that the pages belong to.")
@click.option("--page", help="Only this page: its address, or a group's acronym.")
@click.option(
    "--match", "patterns", multiple=True, metavar="PATTERN", help="Addresses like /groups/* too; repeatable."
)
@click.option("--all", "is_all", is_flag=True, help="Every page in the files, known or not.")
@click.option("--during", type=Period(), help="Only what was taken then: 2019, 2019-09-01..2019-10-15.")
@click.option("--from-archive", "timemap", metavar="TIMEMAP-URL", help="From a web archive (RFC 7089).")
@click.option("--at-most", type=click.IntRange(1), help="So many captures from the archive, oldest first.")
@click.option(
    "--delay",
    type=click.FloatRange(0),
    default=5.0,
    show_default=True,
    help="Seconds between requests to the archive.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would be imported.")
@as_json
def import_command(paths: tuple[Path, ...], as_json: bool, **options: Any) -> None:
    """Saved pages, WARC files or a web archive into history. Nobody is told.

    PATHS is one saved page with --url and --at, or any number of WARC files (.warc, .warc.gz) of any crawler.
    Of a WARC file the pages that are known are taken; --match and --all take others too.

    With --from-archive and --page instead: the page's captures from a web archive, politely; done again it goes on.
    """
    kind = "archive" if options["timemap"] else "WARC" if paths and all(map(_is_warc, paths)) else "page"
    _assert_fits(kind, options)
    application = opening.application()
    if kind == "archive":
        _from_archive(application, paths, options, as_json)
    elif kind == "WARC":
        _from_warc(application, paths, options, as_json)
    else:
        _saved_page(application, paths, options, as_json)


def _assert_fits(kind: str, options: dict[str, Any]) -> None:
    """An option that would do nothing is a misunderstanding."""
    for name, (option, kinds) in ONLY_FOR.items():
        if options[name] and kind not in kinds:
            raise UsageError(f"{option} is not for {NAMES[kind]}")


def _saved_page(
    application: Application, paths: tuple[Path, ...], options: dict[str, Any], as_json: bool
) -> None:
    from wgwatch.imports.saved import import_file

    if len(paths) != 1 or not options["url"] or not options["at"]:
        raise UsageError(
            "a saved page is one file with --url and --at; else name WARC files, or --from-archive"
        )
    at: datetime = options["at"]
    done = import_file(
        application.database,
        paths[0],
        options["url"],
        at,
        application.clock(),
        application.reader_of,
        options["source"],
    )
    if as_json:
        print_json({"page": done.page.url, "at": at, "outcome": done.outcome, "counts": done.counts})
        return
    counts = ", ".join(counted(number, kind) for kind, number in done.counts.items())
    known = {"known": "was known already"}.get(done.outcome, done.outcome)
    click.echo(f"{done.page.label} at {day(at)}: {known} ({counts})")


def _from_warc(
    application: Application, paths: tuple[Path, ...], options: dict[str, Any], as_json: bool
) -> None:
    from storage import pages
    from wgwatch.imports.choosing import Choice
    from wgwatch.imports.warc import WarcImport

    database = application.database
    with database.read() as connection:
        page_id = one_page(connection, options["page"]).id if options["page"] else None
        known = pages.address_keys(connection, page_id)
    patterns = ("*",) if options["is_all"] else options["patterns"]
    job = WarcImport(
        database,
        Choice(known, patterns),
        application.reader_of,
        application.clock(),
        options["during"],
        options["source"],
        options["dry_run"],
    )
    report = job.run(paths)
    if as_json:
        print_json(_json(report))
    else:
        _print(report, is_dry=options["dry_run"])
    if report.broken:
        click.get_current_context().exit(1)


def _from_archive(
    application: Application, paths: tuple[Path, ...], options: dict[str, Any], as_json: bool
) -> None:
    from wgwatch.cli.archive import from_archive

    if paths or not options["page"]:
        raise UsageError("--from-archive needs --page, and no files")
    from_archive(application, options, as_json)


def _is_warc(path: Path) -> bool:
    """By its name, or by how it begins."""
    if path.name.lower().endswith((".warc", ".warc.gz")):
        return True
    with path.open("rb") as file:
        return file.read(5) == b"WARC/"


def _print(report: WarcReport, *, is_dry: bool) -> None:
    would = "would be " if is_dry else ""
    for label, number in report.new.items():
        known = f", {report.known[label]} known already" if report.known[label] else ""
        click.echo(f"{label}: {counted(number, 'capture')} {would}imported{known}")
    if report.redirects:
        click.echo(f"{counted(len(report.redirects), 'redirect')} followed, which are no pages")
    for refused in report.refused[:SHOWN]:
        note(f"not imported: {refused.url} at {day(refused.at)}: {refused.reason} ({refused.place})")
    if len(report.refused) > SHOWN:
        note(f"not imported: {len(report.refused) - SHOWN} more (--json names them)")
    for broken in report.broken:
        note(f"broken: {broken}")
    if not report.new and report.elsewhere:
        some = ", ".join(url for url, _ in report.elsewhere.most_common(3))
        note(
            f"no known page is in it, but {counted(len(report.elsewhere), 'other address')}, such as {some}: "
            "--match or --all takes them"
        )


def _json(report: WarcReport) -> dict[str, Any]:
    def plain(found: Any) -> list[dict[str, Any]]:
        return [{"url": r.url, "at": r.at, "place": r.place, "reason": r.reason} for r in found]

    return {
        "pages": [
            {"page": label, "imported": number, "known": report.known[label]}
            for label, number in report.new.items()
        ],
        "refused": plain(report.refused),
        "redirects": plain(report.redirects),
        "broken": report.broken,
        "other_addresses": len(report.elsewhere),
    }
