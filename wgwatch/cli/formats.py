"""Commands that write records and changes for other programs: export csv, json, ics, vcf, atom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from config.errors import UsageError
from wgwatch.cli import opening
from wgwatch.cli.files import put
from wgwatch.cli.finding import assert_covered, pages_of_group, pages_of_source
from wgwatch.cli.output import counted, json_text, note
from wgwatch.cli.times import Moment

if TYPE_CHECKING:
    import sqlalchemy as sa

    from notifier.formats.calendar import Cancelled
    from notifier.formats.cards import Version
    from wgwatch.application import Application
    from wgwatch.exports.records import Scope

KINDS = {
    "events": "event",
    "contacts": "contact",
    "projects": "project",
    "news": "news",
    "groups": "group",
    "changes": "change",
}
_group = click.option("--group", metavar="GROUP", help="Acronym or name of the group.")
_source = click.option("--source", metavar="SOURCE", help="The pages of a source.")
_as_of = click.option("--as-of", type=Moment(end=True), help="As the pages said on that day (its end, UTC).")
_history = click.option("--history", is_flag=True, help="Also what they said before and say no longer.")
_kinds = click.option(
    "--kind",
    "kinds",
    multiple=True,
    metavar="KIND",
    help="Changes: event.moved, or all of event; repeatable.",
)
_url = click.option("--url", metavar="URL", help="Where the file will be served, which it then says itself.")
_output = click.option(
    "-o",
    "--output",
    "path",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    default="-",
    help="The file.",
)


def asked(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The options by which every export is narrowed, and those of one."""
    every = (*options, _group, _source, _as_of, _output)
    return lambda command: reduce(lambda done, option: option(done), reversed(every), command)


@click.command("csv")
@click.argument("kind", type=click.Choice(list(KINDS)))
@asked(_history, _kinds)
def csv_command(kind: str, kinds: tuple[str, ...], history: bool, path: Path, **where: Any) -> None:
    """Records of a kind, or changes, as CSV that opens in a spreadsheet."""
    from notifier.formats.table import table_of

    if kinds and kind != "changes":
        raise UsageError("--kind narrows changes: wgwatch export csv changes --kind event")
    with _asking(**where) as (_, connection, scope):
        put(path, table_of(_rows(connection, kind, scope, history, _known(kinds))))


@click.command("json")
@asked(_history)
def json_command(history: bool, path: Path, **where: Any) -> None:
    """Records of every kind and all changes, as one JSON object."""
    with _asking(**where) as (_, connection, scope):
        put(
            path,
            json_text({kind: _rows(connection, kind, scope, history) for kind in KINDS}).encode() + b"\n",
        )


@click.command("ics")
@click.option("--prose", is_flag=True, help="Also meetings that only sentences announce.")
@click.option(
    "--cancelled",
    type=click.Choice(["status", "prefix"]),
    default="status",
    help="How a cancelled event says so: by its status, or in its title, for clients that hide such events.",
)
@asked(_url)
def ics_command(prose: bool, cancelled: Cancelled, url: str | None, path: Path, **where: Any) -> None:
    """Events as a calendar (iCalendar), for Google, Outlook, Apple and others."""
    from notifier.formats.calendar import calendar_of
    from notifier.formats.spans import span_of
    from wgwatch.exports.records import meetings_of

    with _asking(**where) as (_, connection, scope):
        found = meetings_of(connection, scope, prose=prose)
    name = ", ".join(word for word in (where["group"], where["source"]) if word)
    put(path, calendar_of(found, f"Events: {name}" if name else "Events", url=url, cancelled=cancelled))
    undated = sum(span_of(meeting) is None for meeting in found)
    if undated:
        note(f"{counted(undated, 'event')} without a date left out: wgwatch events lists them")


@click.command("vcf")
@click.option(
    "--version", type=click.Choice(["3.0", "4.0"]), default="3.0", help="Of the vCard format; all read 3.0."
)
@asked()
def vcf_command(version: Version, path: Path, **where: Any) -> None:
    """Contacts as cards for an address book (vCard), one for each appointment."""
    from notifier.formats.cards import cards_of
    from wgwatch.exports import records

    with _asking(**where) as (_, connection, scope):
        found = records.cards_of(connection, scope)
    put(path, cards_of(found, version=version))
    if not found:
        note("no contacts stood on the pages")


@click.command("atom")
@click.option("--subscription", metavar="NAME", help="What this subscription asks for.")
@click.option("--history", is_flag=True, help="Also what imports and rebuilds found, which nobody was told.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="The most entries."
)
@asked(_kinds, _url)
def atom_command(
    subscription: str | None,
    history: bool,
    limit: int,
    kinds: tuple[str, ...],
    url: str | None,
    path: Path,
    **where: Any,
) -> None:
    """Changes as a feed (Atom), newest first."""
    from notifier.formats.atom import atom_of
    from wgwatch.exports.feeds import Wanted, changes_for, feed

    wanted = Wanted(
        source=where["source"], group=where["group"], kinds=_known(kinds), subscription=subscription
    )
    with _asking(**where) as (application, connection, scope):
        settings = application.settings
        found = changes_for(
            connection, wanted, _narrowed(scope), until=scope.moment, derived=history, limit=limit
        )
        told = feed(
            connection,
            wanted,
            authority=settings.feed_authority,
            url=url,
            public_url=settings.public_url,
        )
    put(path, atom_of(found, told))
    if not found and not history:
        note("no change was told; --history adds what imports found")


@contextmanager
def _asking(
    group: str | None, source: str | None, as_of: datetime | None
) -> Iterator[tuple[Application, sa.Connection, Scope]]:
    """The database at one moment, and what of it is asked for."""
    from wgwatch.exports.records import Scope

    application = opening.application()
    with application.existing_database.read() as connection:
        pages = pages_of_group(connection, group)
        if source is not None:
            of_source = {page.id for page in pages_of_source(connection, source)}
            pages = [page for page in pages if page.id in of_source]
        moment = as_of or application.clock()
        assert_covered(connection, pages, moment)
        yield application, connection, Scope(pages, group, moment, is_whole=not (group or source))


def _rows(
    connection: sa.Connection, kind: str, scope: Scope, history: bool, kinds: tuple[str, ...] = ()
) -> list[dict[str, Any]]:
    """Records as the pages said at a moment, or the changes up to it."""
    from storage import changes
    from wgwatch.exports.records import rows_of

    if kind != "changes":
        return rows_of(connection, KINDS[kind], scope, history=history)
    found = changes.find(connection, page_ids=_narrowed(scope), kinds=kinds, until=scope.moment)
    return [change.to_json() for change in found]


def _narrowed(scope: Scope) -> list[int] | None:
    return None if scope.is_whole else [page.id for page in scope.pages]


def _known(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Raises UsageError where one is no kind of change, and none of its families."""
    from config.kinds import check_kinds

    return check_kinds(kinds)
