"""Stored answers: one version of a page as text, as it looked, and as bytes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from config.errors import ReadError, RemovedError
from crawler.documents import parse
from storage import blobs, captures, pages, screenshots
from storage.asking import looks
from storage.asking.looks import Look
from storage.captures import Capture
from storage.document import Block
from storage.pages import Page
from wgwatch.past import versions
from wgwatch.web import archived
from wgwatch.web.asked import moment, reading
from wgwatch.web.headers import ARCHIVED
from wgwatch.web.memento import path_of
from wgwatch.web.templating import show

MOST_BLOCKS = 3_000
"""Of a text that is shown."""


@dataclass(frozen=True, slots=True)
class Text:
    """What an answer says, block by block; `problem` says why it is not to be had, `left_out` how many blocks more."""

    blocks: Sequence[Block] = ()
    left_out: int = 0
    format: str = ""
    problem: str | None = None


def answer_page(request: Request) -> Response:
    """A stored answer, with the pages and times that it was seen on."""
    with reading(request) as (connection, _):
        found = _captures(connection, request.path_params["sha256"])
        return _show(request, connection, found[0], found)


def as_of(request: Request) -> Response:
    """What a page said on a day."""
    with reading(request) as (connection, now):
        page = page_of(connection, request)
        asked = moment(request, "date") or now
        capture = versions.at(connection, page, asked)
        return _show(request, connection, capture, [capture], asked)


def archived_page(request: Request) -> Response:
    """The answer as it looked, in a box of its own: it shares nothing with our pages."""
    with reading(request) as (connection, _):
        answer, body = _stored(connection, request.path_params["sha256"])
    return as_it_looked(answer, body)


def answer_bytes(request: Request) -> Response:
    """The bytes as they came, to be saved."""
    with reading(request) as (connection, _):
        answer, body = _stored(connection, request.path_params["sha256"])
    return as_it_came(answer, body)


def as_it_looked(capture: Capture | Look, body: bytes) -> Response:
    """An answer without what would run, load or send, and without any right of our pages."""
    made = archived.shown(body, capture.content_type, is_html=_is_html(body, capture.content_type))
    headers = {"Content-Security-Policy": ARCHIVED}
    if made is None:
        return PlainTextResponse("This page is too big to be shown as it looked.", 413, headers)
    if made.is_download:
        headers["Content-Disposition"] = (
            f'attachment; filename="{str(capture.sha256)[:16]}{_suffix(made.media_type)}"'
        )
    return Response(made.body, media_type=made.media_type, headers=headers)


def as_it_came(capture: Capture | Look, body: bytes) -> Response:
    """An answer's own bytes, never to be opened here."""
    headers = {
        "Content-Security-Policy": ARCHIVED,
        "Content-Disposition": f'attachment; filename="{capture.sha256}.bin"',
    }
    return Response(body, media_type="application/octet-stream", headers=headers)


def picture(request: Request) -> Response:
    """The screenshot that was taken of an answer."""
    with reading(request) as (connection, _):
        capture = _captures(connection, request.path_params["sha256"])[0]
        taken = screenshots.of(connection, capture)
    if taken is None:
        raise HTTPException(404, "No picture was taken of this version.")
    return Response(taken, media_type="image/jpeg")


def look_page(request: Request) -> Response:
    """One look at a page, also one that did not count: how it came out and why, and what was answered."""
    number = request.path_params["number"]
    with reading(request) as (connection, _):
        page = page_of(connection, request)
        look = looks.get(connection, page.id, number)
        if look is None:
            raise HTTPException(404, f"{page.label} has no look of the number {number}.")
        has_answer = look.sha256 is not None and look.size > 0
        return show(
            request,
            "evidence.html",
            page=page,
            look=look,
            has_answer=has_answer,
            stood=captures.at(connection, page.id, look.seen_at),
            text=_text(connection, look) if has_answer else None,
        )


def page_of(connection: sa.Connection, request: Request) -> Page:
    """The page whose number is in the address; one that was found to be another leads there."""
    found = pages.get_all(connection, [request.path_params["page_id"]])
    if not found:
        raise HTTPException(404, "No page has this number.")
    if (other := pages.merged_into(connection, found[0].id)) is not None:
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        url = asked.replace(f"/pages/{found[0].id}", f"/pages/{other}", 1)
        raise HTTPException(301, "This page was found to be another.", {"Location": url})
    return found[0]


def _stored(connection: sa.Connection, sha256: str) -> tuple[Capture | Look, bytes]:
    """An answer and its bytes; also one that was no page, which is kept as evidence."""
    kept = captures.of_answer(connection, _digits(sha256))
    answer = kept[0] if kept else looks.with_answer(connection, _digits(sha256))
    if answer is None or answer.blob_id is None:
        raise HTTPException(404, "No look brought an answer with this SHA-256.")
    return answer, blobs.get(connection, answer.blob_id)


def _digits(sha256: str) -> bytes:
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        raise HTTPException(404, "An answer is named by its SHA-256: 64 digits from 0 to f.")
    return bytes.fromhex(sha256)


def _captures(connection: sa.Connection, sha256: str) -> list[Capture]:
    found = captures.of_answer(connection, _digits(sha256))
    if not found:
        raise HTTPException(404, "No answer with this SHA-256 is part of a page's history.")
    return found


def _show(
    request: Request,
    connection: sa.Connection,
    capture: Capture,
    found: Sequence[Capture],
    asked: datetime | None = None,
) -> Response:
    page = pages.get(connection, capture.page_id)
    before, following = captures.around(connection, capture)
    return show(
        request,
        "answer.html",
        page=page,
        capture=capture,
        asked=asked,
        before=before,
        following=following,
        others=[each for each in found if each.id != capture.id],
        names={each.page_id: pages.get(connection, each.page_id).label for each in found[:20]},
        memento=path_of(capture.first_seen_at, page.url),
        text=_text(connection, capture),
        has_picture=screenshots.of(connection, capture) is not None,
    )


def _text(connection: sa.Connection, answer: Capture | Look) -> Text:
    assert answer.blob_id is not None
    try:
        document = parse(blobs.get(connection, answer.blob_id), answer.content_type, answer.address)
    except (ReadError, RemovedError) as error:
        return Text(problem=str(error))
    left_out = max(len(document.blocks) - MOST_BLOCKS, 0)
    return Text(document.blocks[:MOST_BLOCKS], left_out, document.format)


def _is_html(body: bytes, content_type: str | None) -> bool:
    kind = (content_type or "").partition(";")[0].strip().lower()
    if kind:
        return kind in ("text/html", "application/xhtml+xml")
    return b"<html" in body[:2000].lower() or b"<!doctype html" in body[:2000].lower()


def _suffix(media_type: str) -> str:
    return ".pdf" if media_type == "application/pdf" else ".bin"
