"""The command that searches all that the pages ever said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from wgwatch.cli import opening
from wgwatch.cli.finding import one_page, pages_of_group
from wgwatch.cli.output import as_json, counted, note, print_json, print_table
from wgwatch.cli.times import Moment, day

if TYPE_CHECKING:
    import sqlalchemy as sa

    from storage.fulltext.search import Hit
    from storage.fulltext.words import Term


@click.command("search")
@click.argument("asked", metavar="WORDS", nargs=-1, required=True)
@click.option("--page", metavar="PAGE", help="Only on this page: its address or group.")
@click.option("--group", metavar="GROUP", help="Only on pages of this group.")
@click.option("--since", type=Moment(end=False), help="What stood on this day or later.")
@click.option("--until", type=Moment(end=True), help="What stood on this day or earlier.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="At most so many.")
@as_json
def search_command(
    asked: tuple[str, ...],
    page: str | None,
    group: str | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    as_json: bool,
) -> None:
    """Where and when pages said these words, those seen last first.

    Every word has to stand in the passage, in any order; '"chair of the board"' is a phrase, port* begins a word.
    Case and diacritics do not matter.
    """
    from storage.fulltext import search
    from storage.fulltext.words import query

    terms = query(" ".join(asked))
    with opening.application().existing_database.read() as connection:
        page_ids = _page_ids(connection, page, group)
        hits = search.find(connection, terms, page_ids=page_ids, since=since, until=until, limit=limit)
        unknown = search.not_searchable(connection, page_ids)
    if as_json:
        print_json([hit.to_json(terms) for hit in hits])
    else:
        _print(hits, terms)
    if not hits:
        note("No passage was found.")
    if unknown:
        note(f"The past of {counted(unknown, 'page')} cannot be searched yet: wgwatch reparse brings it in.")


def _page_ids(connection: sa.Connection, page: str | None, group: str | None) -> set[int] | None:
    if page is None and group is None:
        return None
    found = {each.id for each in pages_of_group(connection, group)} if group else None
    if page is None:
        return found
    only = one_page(connection, page).id
    return {only} if found is None or only in found else set()


def _print(hits: Sequence[Hit], terms: Sequence[Term]) -> None:
    from storage.fulltext.search import snippet

    rows = [
        [
            "; ".join(f"{day(one.first_seen)} to {day(one.last_seen)}" for one in hit.intervals),
            hit.group,
            hit.section,
            hit.kind,
            snippet(hit.text, terms),
        ]
        for hit in hits
    ]
    if rows:
        print_table(["seen", "group", "section", "kind", "what"], rows)
