"""The command reparse: the past, read anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from config.errors import UsageError
from wgwatch.cli import opening
from wgwatch.cli.finding import one_page
from wgwatch.cli.handing import by_workers, hand_over
from wgwatch.cli.output import as_json, counted, note, print_json
from wgwatch.cli.times import Moment

if TYPE_CHECKING:
    import sqlalchemy as sa

    from config.profile import Profile
    from crawler.history.derivation import Reader
    from storage.engine import Database
    from storage.pages import Page
    from wgwatch.application import Application
    from wgwatch.keeping.reparse import Wanted

MOST_SHOWN = 50
"""Lines of a page's report that are printed; --json has all."""


@click.command("reparse")
@click.option(
    "--since", type=Moment(end=False), help="Only pages seen since then, and answers of then and later."
)
@click.option("--page", "wanted", metavar="PAGE", help="Only this page.")
@click.option("--profile", metavar="FILE", help="Read by this profile: its own pages, or the --page.")
@click.option("--all", "anyway", is_flag=True, help="Also pages that today's rules have read already.")
@click.option("--dry-run", is_flag=True, help="Only say what would become different.")
@by_workers
@click.option("--report", "is_report", is_flag=True, help="What the last reparse made different.")
@as_json
def reparse_command(
    since: datetime | None,
    wanted: str | None,
    profile: str | None,
    anyway: bool,
    dry_run: bool,
    by_workers: bool,
    is_report: bool,
    as_json: bool,
) -> None:
    """Read all of the past anew with today's reading rules, and say which answers became different.

    Nobody is told. Checks may go on meanwhile; a run that was stopped goes on where it was. A page that today's
    rules have read already is left as it is.
    """
    from wgwatch.keeping.reparse import Wanted, reparse, try_out

    application = opening.application()
    database = application.existing_database
    if is_report:
        with database.read() as connection:
            _show(_last(connection), as_json=as_json)
        return
    reader_of: Callable[[Page], Reader] = application.reader_of
    with database.read() as connection:
        ids = [one_page(connection, wanted).id] if wanted else None
        if profile is not None:
            tried = _profile(profile)
            reader_of = _reader_by(tried)
            ids = ids or _pages_of(connection, application, tried)
    what = Wanted(ids, since, anyway)
    if by_workers:
        if dry_run or profile:
            raise UsageError("--by-workers goes neither with --dry-run nor with --profile")
        hand_over(application, "reparse", _parts(database, reader_of, what, application.clock()))
        return
    done = (
        try_out(database, reader_of, what)
        if dry_run
        else reparse(database, reader_of, what, application.clock)
    )
    _show((page.to_json() for page in done), as_json=as_json)
    if profile is not None and not dry_run:
        note(f"the next check reads by the watchlist's profile again, unless that is {profile}")


def _parts(
    database: Database, reader_of: Callable[[Page], Reader], what: Wanted, now: datetime
) -> list[dict[str, Any]]:
    from storage import pages
    from wgwatch.running.chores import parts

    with database.read() as connection:
        ids = [page.id for page in pages.all_pages(connection) if what.takes(page, reader_of(page))]
    since = what.since.isoformat() if what.since else None
    return parts(ids, began_at=now.isoformat(), since=since, anyway=what.anyway)


def _last(connection: sa.Connection) -> list[dict[str, Any]]:
    from storage.keeping import reparses

    return [
        {**report.report, "began_at": report.began_at, "done_at": report.done_at, "is_ended": report.is_ended}
        for report in reparses.last(connection)
    ]


def _profile(path: str) -> Profile:
    from config.profile import load_profile

    return load_profile(path, Path.cwd())


def _reader_by(profile: Profile) -> Callable[[Page], Reader]:
    from crawler.extract.knowledge import Knowledge
    from crawler.history.derivation import Reader

    reader = Reader(Knowledge.of_profile(profile))
    return lambda _: reader


def _pages_of(connection: sa.Connection, application: Application, profile: Profile) -> list[int]:
    """The pages that are read by a profile of this name."""
    from config.profile import load_profile
    from storage import pages

    base = application.settings.watchlist.parent
    known = {
        name: load_profile(name, base).name
        for name in {p.profile for p in pages.all_pages(connection)}
        if name
    }
    ids = [page.id for page in pages.all_pages(connection) if known.get(page.profile or "") == profile.name]
    if not ids:
        raise UsageError(f"no page is read by a profile '{profile.name}': name one with --page")
    return ids


def _show(reports: Iterable[Mapping[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print_json(list(reports))
        return
    done = 0
    for report in reports:
        _print(report)
        done += 1
    if not done:
        click.echo("nothing to read anew: today's rules have read all of it (--all does it nevertheless)")


def _print(report: Mapping[str, Any]) -> None:
    before, after = report["rules_before"], report["rules_after"]
    rules = f", by new rules ({(before or 'none')[:8]} -> {after[:8]})" if before != after else ""
    different = [difference["sentence"] for difference in report["differences"]]
    click.echo(
        f"{report['label']}: {counted(report['captures'], 'capture')}{rules}: "
        f"{counted(len(different), 'answer')} about the past became different"
    )
    lines = [
        *different,
        *(f"change found: {line}" for line in report["changes_appeared"]),
        *(f"change no longer found: {line}" for line in report["changes_vanished"]),
    ]
    for line in lines[:MOST_SHOWN]:
        click.echo(f"  {line}")
    if len(lines) > MOST_SHOWN:
        click.echo(f"  … and {len(lines) - MOST_SHOWN} more (--json, or --report --json)")
