"""Search over all that the pages ever said."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

import sqlalchemy as sa
from pydantic import Field
from starlette.requests import Request

from diffing.payload import in_json
from storage.fulltext import search
from storage.fulltext.search import POOL, Hit
from storage.fulltext.words import query
from wgwatch.cli.output import counted
from wgwatch.web.api.operations import Operation
from wgwatch.web.api.paging import Piece, cursor, place
from wgwatch.web.api.parameters import Listed, Number, Since, Text, Until, Word
from wgwatch.web.api.schemas import named
from wgwatch.web.asked import reading
from wgwatch.web.groups import pages_called


class Search(Listed):
    """What is looked for."""

    q: Word = Field(
        description='Words that all have to stand, in any order; "a phrase"; port* begins a word.'
    )
    group: Text | None = Field(
        default=None, description="Only on pages of this group, by acronym or name.", examples=["HWG"]
    )
    page: Number | None = Field(default=None, description="Only on the page of this number.")
    since: Since | None = Field(default=None, description="What stood on this day or later.")
    until: Until | None = Field(default=None, description="What stood on this day or earlier.")


def found(request: Request, asked: Search) -> Piece:
    """Passages that hold every word, those seen last first; of very many the newest thousand."""
    terms, after = query(asked.q), place(asked.after, str, str, str)
    with reading(request) as (connection, _):
        ids = _page_ids(connection, asked)
        hits = search.find(connection, terms, page_ids=ids, since=asked.since, until=asked.until, limit=POOL)
        unknown = search.not_searchable(connection, ids)
    ordered = sorted(((_key(hit), hit) for hit in hits), key=lambda pair: pair[0], reverse=True)
    rest = [(key, hit) for key, hit in ordered if after is None or key < after]
    shown = rest[: asked.limit]
    notes = [f"The past of {counted(unknown, 'page')} cannot be searched yet: wgwatch reparse brings it in."]
    return Piece(
        [hit.to_json(terms) for _, hit in shown],
        cursor(*shown[-1][0]) if len(rest) > asked.limit else None,
        notes if unknown else (),
    )


def _page_ids(connection: sa.Connection, asked: Search) -> Collection[int] | None:
    mine = {page.id for page in pages_called(connection, asked.group)} if asked.group else None
    if asked.page is None:
        return mine
    return {asked.page} if mine is None or asked.page in mine else set()


def _key(hit: Hit) -> tuple[str, str, str]:
    """Its place in the order: when it was last seen, since when; of those that share both, any that stays."""
    what = "\n".join((hit.page, hit.section, hit.kind, hit.record_id or "", hit.text))
    last = hit.intervals[-1]
    return in_json(last.last_seen), in_json(last.first_seen), hashlib.sha256(what.encode()).hexdigest()[:16]


OPERATIONS = (
    Operation(
        name="search",
        path="/search",
        asks=found,
        takes=Search,
        listing=True,
        summary="Where and when pages said these words, those seen last first.",
        says=named("Found"),
    ),
)
