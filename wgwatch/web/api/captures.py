"""Stored answers: where each was seen, its text, its bytes."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from storage import blobs, captures, pages
from storage.captures import Capture
from wgwatch import shapes
from wgwatch.web.api.answers import answered
from wgwatch.web.api.operations import BASE, Asked, Operation
from wgwatch.web.api.pages import text_of
from wgwatch.web.api.parameters import Sha256
from wgwatch.web.api.schemas import TEXT, named
from wgwatch.web.asked import reading
from wgwatch.web.headers import ARCHIVED

PLAIN, BYTES = "text/plain; charset=utf-8", "application/octet-stream"


class OneAnswer(Asked):
    """An answer by its hash."""

    sha256: Sha256 = Field(description="The SHA-256 of its bytes.")


def one(request: Request, asked: OneAnswer) -> dict[str, Any]:
    """Where and when it was seen; the newest first, at most a hundred times."""
    with reading(request) as (connection, _):
        found = _captures(connection, asked.sha256)
        on = {page.id: page for page in pages.get_all(connection, sorted({each.page_id for each in found}))}
    here = f"{BASE}/captures/{asked.sha256}"
    return {
        "sha256": asked.sha256,
        "bytes": found[0].size,
        "content_type": found[0].content_type,
        "seen": [
            {"page_id": each.page_id, "page": on[each.page_id].label, "capture": shapes.of_capture(each)}
            for each in found
        ],
        "links": {"text": f"{here}/text", "bytes": f"{here}/bytes", "page": f"/captures/{asked.sha256}"},
    }


def text(request: Request, asked: OneAnswer) -> Response:
    """What it says, as plain text."""
    with reading(request) as (connection, _):
        capture = _captures(connection, asked.sha256)[0]
        said = text_of(connection, capture)
    return answered(request, said.encode() + b"\n", PLAIN, changed_at=capture.first_seen_at)


def whole(request: Request, asked: OneAnswer) -> Response:
    """Its bytes as they came, to be saved."""
    with reading(request) as (connection, _):
        capture = _captures(connection, asked.sha256)[0]
        body = blobs.get(connection, capture.blob_id)
    headers = {
        "Content-Security-Policy": ARCHIVED,
        "Content-Disposition": f'attachment; filename="{capture.sha256}.bin"',
    }
    return answered(request, body, BYTES, changed_at=capture.first_seen_at, headers=headers)


def _captures(connection: sa.Connection, sha256: str) -> list[Capture]:
    found = captures.of_answer(connection, bytes.fromhex(sha256))
    if not found:
        raise HTTPException(404, "No answer with this SHA-256 is part of a page's history.")
    return found


OPERATIONS = (
    Operation(
        name="get_capture",
        path="/captures/{sha256}",
        asks=one,
        takes=OneAnswer,
        summary="A stored answer: where it was seen, and where its text and bytes are.",
        says=named("Answer"),
    ),
    Operation(
        name="get_capture_text",
        path="/captures/{sha256}/text",
        asks=text,
        takes=OneAnswer,
        may=(410,),
        media_type=PLAIN,
        summary="What a stored answer says, as plain text.",
        says=TEXT,
    ),
    Operation(
        name="get_capture_bytes",
        path="/captures/{sha256}/bytes",
        asks=whole,
        takes=OneAnswer,
        may=(410,),
        media_type=BYTES,
        summary="The bytes of a stored answer as they came.",
        says=TEXT,
    ),
)
