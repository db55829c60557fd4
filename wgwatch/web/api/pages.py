"""Pages: how they fare, their versions, what they said on a day, what differs between two versions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import sqlalchemy as sa
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.requests import Request

from config.errors import ReadError, RemovedError, UsageError
from crawler.documents import parse
from storage import blobs, captures, pages
from storage.asking import browsing
from storage.captures import Capture
from storage.pages import Page
from wgwatch import shapes
from wgwatch.cli.status import why
from wgwatch.past import comparing, versions
from wgwatch.watching.spending import reasons
from wgwatch.web.api.operations import BASE, Asked, Operation
from wgwatch.web.api.paging import Piece, cursor, lost, place
from wgwatch.web.api.parameters import Listed, Number, Text, Until
from wgwatch.web.api.schemas import named
from wgwatch.web.asked import application_of, in_our_words, reading
from wgwatch.web.groups import pages_called

Health = Literal["ok", "new", "suspect", "blocked", "failed"]


class Pages(Listed):
    """Which pages."""

    source: Text | None = Field(default=None, description="Only of this source.", examples=["harbour"])
    group: Text | None = Field(
        default=None, description="Only of this group, by acronym or name.", examples=["HWG"]
    )
    health: Health | None = Field(
        default=None, description="Only watched ones in this health.", examples=["ok"]
    )


class OnePage(Asked):
    """A page by its number."""

    id: Number = Field(description="The page's number.")


class Versions(Listed):
    """A page's versions."""

    id: Number = Field(description="The page's number.")


class AsOf(OnePage):
    """A page on a day."""

    date: Until | None = Field(default=None, description="The day (its end, UTC); now without one.")


class Between(OnePage):
    """Two versions of a page."""

    from_: Text | None = Field(
        default=None,
        alias="from",
        description="A day, a capture's id, or the beginning of its SHA-256; else the version before.",
        examples=["2016-09-23"],
    )
    to: Text | None = Field(default=None, description="Likewise; else the newest.", examples=["2199"])


def listed(request: Request, asked: Pages) -> Piece:
    """In the order of their addresses' keys."""
    after = place(asked.after, str)
    with reading(request) as (connection, _):
        if asked.source is not None and asked.source not in browsing.health_of_sources(
            connection, asked.source
        ):
            raise HTTPException(404, f"There is no source '{asked.source}'.")
        if asked.group is not None:
            found = _of_group(connection, asked, after[0] if after else "")
        else:
            found = browsing.pages_after(
                connection,
                source=asked.source,
                health=asked.health,
                after=after[0] if after else None,
                limit=asked.limit + 1,
            )
        items = shaped(request, connection, found[: asked.limit])
    return Piece(items, cursor(found[asked.limit - 1].key) if len(found) > asked.limit else None)


def one(request: Request, asked: OnePage) -> dict[str, Any]:
    """One page with all addresses that it ever had."""
    with reading(request) as (connection, _):
        page = page_of(connection, request, asked.id)
        [shape] = shaped(request, connection, [page])
        return {**shape, "addresses": pages.address_urls(connection, page.id)}


def captured(request: Request, asked: Versions) -> Piece:
    """Its versions, the newest first."""
    after = place(asked.after, int)
    with reading(request) as (connection, _):
        page = page_of(connection, request, asked.id)
        before = None
        if after:
            last = captures.get_all(connection, [after[0]])
            if not last or last[0].page_id != page.id:
                raise lost()
            before = last[0].first_seen_at
        found = browsing.captures_before(connection, page.id, before, asked.limit + 1)
    shown = found[: asked.limit]
    return Piece(
        [shapes.of_capture(each) for each in shown],
        cursor(shown[-1].id) if len(found) > asked.limit else None,
    )


def as_of(request: Request, asked: AsOf) -> dict[str, Any]:
    """What it said on a day: the last version at or before it."""
    with reading(request) as (connection, now):
        page = page_of(connection, request, asked.id)
        moment = asked.date or now
        capture = versions.at(connection, page, moment)
        _, following = captures.around(connection, capture)
        text, problem = _text(connection, capture)
    return {
        "page": page.label,
        "url": page.url,
        "as_of": moment,
        "capture": shapes.of_capture(capture),
        "next_look": following.first_seen_at if following else None,
        "text": text,
        "problem": problem,
    }


def differences(request: Request, asked: Between) -> dict[str, Any]:
    """What differs between any two versions: of records, then of texts."""
    with reading(request) as (connection, _):
        page = page_of(connection, request, asked.id)
        before, after = _two(connection, page, asked)
        changes = comparing.compare(connection, page, before, after, application_of(request).reader_of(page))
    return {
        "before": shapes.of_capture(before),
        "after": shapes.of_capture(after),
        "changes": [shapes.of_difference(change) for change in changes],
    }


def page_of(connection: sa.Connection, request: Request, page_id: int) -> Page:
    """The page of a number; one that was found to be another leads there. Raises HTTPException."""
    found = pages.get_all(connection, [page_id])
    if not found:
        raise HTTPException(404, "No page has this number.")
    if (other := pages.merged_into(connection, page_id)) is not None:
        url = request.url.path.replace(f"{BASE}/pages/{page_id}", f"{BASE}/pages/{other}", 1)
        query = f"?{request.url.query}" if request.url.query else ""
        raise HTTPException(301, "This page was found to be another.", {"Location": url + query})
    return found[0]


def shaped(request: Request, connection: sa.Connection, found: Sequence[Page]) -> list[dict[str, Any]]:
    """Pages with why they are looked at when they are."""
    said = reasons(connection, list(found), application_of(request).clock())
    return [shapes.of_page(page, why(page, said.get(page.id))) for page in found]


def text_of(connection: sa.Connection, capture: Capture) -> str:
    """What an answer says, a block a line. Raises ReadError, RemovedError."""
    document = parse(blobs.get(connection, capture.blob_id), capture.content_type, capture.address)
    return "\n".join(block.text for block in document.blocks)


def _two(connection: sa.Connection, page: Page, asked: Between) -> tuple[Capture, Capture]:
    try:
        with in_our_words():
            return versions.two(connection, page, asked.from_, asked.to)
    except UsageError as error:
        if asked.from_ or asked.to:
            raise
        raise HTTPException(
            404, str(error)
        ) from error  # one version alone: nothing is wrong with the question


def _of_group(connection: sa.Connection, asked: Pages, after: str) -> list[Page]:
    """A group has a handful."""
    assert asked.group is not None
    mine = sorted(pages_called(connection, asked.group), key=lambda page: page.key)
    return [
        page
        for page in mine
        if page.key > after
        and asked.source in (None, *page.sources)
        and asked.health in (None, page.health if page.paused_at is None else None)
    ]


def _text(connection: sa.Connection, capture: Capture) -> tuple[str | None, str | None]:
    try:
        return text_of(connection, capture), None
    except (ReadError, RemovedError) as error:
        return None, str(error)


OPERATIONS = (
    Operation(
        name="list_pages",
        path="/pages",
        asks=listed,
        takes=Pages,
        listing=True,
        summary="The watched pages, and how they fare.",
        says=named("Page"),
    ),
    Operation(
        name="get_page",
        path="/pages/{id}",
        asks=one,
        takes=OnePage,
        may=(301,),
        summary="One page, with all addresses that it ever had.",
        says=named("Page"),
    ),
    Operation(
        name="list_captures",
        path="/pages/{id}/captures",
        asks=captured,
        takes=Versions,
        listing=True,
        may=(301,),
        summary="The versions of a page, the newest first.",
        says=named("Capture"),
    ),
    Operation(
        name="get_page_as_of",
        path="/pages/{id}/as-of",
        asks=as_of,
        takes=AsOf,
        may=(301,),
        summary="What a page said on a day, and how that is known.",
        says=named("AsOf"),
    ),
    Operation(
        name="get_difference",
        path="/pages/{id}/diff",
        asks=differences,
        takes=Between,
        may=(301, 410),
        summary="What differs between any two versions of a page.",
        says=named("Difference"),
    ),
)
