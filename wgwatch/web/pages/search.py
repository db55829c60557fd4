"""Search over all that pages ever said: texts and records."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.addresses import page_key
from storage import pages
from storage.fulltext import search
from storage.fulltext.words import query
from storage.intervals import Interval
from wgwatch.web.asked import moment, reading, word
from wgwatch.web.groups import pages_called
from wgwatch.web.templating import show

LIMIT = 30


@dataclass(frozen=True, slots=True)
class Found:
    """A passage as the list shows it: `snippet` has found words between « and »."""

    page_id: int
    group: str
    section: str
    kind: str
    record_id: str | None
    snippet: str
    intervals: tuple[Interval, ...]


def search_page(request: Request) -> Response:
    """Where and when pages said these words; an address that is known leads to its page."""
    words, group = word(request, "q"), word(request, "group")
    hits: list[Found] = []
    unknown = 0
    if words:
        with reading(request) as (connection, _):
            if "://" in words and (page := pages.by_key(connection, page_key(words))) is not None:
                return RedirectResponse(f"/pages/{page.id}", status_code=303)
            ids = {page.id for page in pages_called(connection, group)} if group else None
            terms = query(words)
            since, until = moment(request, "since", end=False), moment(request, "until")
            found = search.find(connection, terms, page_ids=ids, since=since, until=until, limit=LIMIT)
            unknown = search.not_searchable(connection, ids)
        hits = [
            Found(
                hit.page_id,
                hit.group,
                hit.section,
                hit.kind,
                hit.record_id,
                search.snippet(hit.text, terms),
                hit.intervals,
            )
            for hit in found
        ]
    return show(
        request,
        "search.html",
        words=words,
        hits=hits,
        unknown=unknown,
        limit=LIMIT,
        asked={name: word(request, name) for name in ("q", "group", "since", "until")},
    )
