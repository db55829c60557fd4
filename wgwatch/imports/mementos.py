"""A capture out of an archive, as the site answered then: raw where the archive offers it (RFC 7089, RFC 7240)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from urllib.parse import urljoin, urlsplit

from crawler.answers import Answer
from wgwatch.imports.admission import Taken
from wgwatch.imports.asking import Reply
from wgwatch.imports.timemaps import Memento, http_date, links_of

REPLAYED = re.compile(r"(/\d{14})(?=/https?:|/https?%3A)", re.I)
"""Where Wayback-style archives say when; with `id_` behind it they give what was captured, unaltered."""
ORIGINAL = "x-archive-orig-"
HOPS = 5
PREFER = {"Prefer": "raw, original-content, original-headers"}

Get = Callable[[str, dict[str, str]], Awaitable[Reply]]


async def fetch(get: Get, memento: Memento, asked: str) -> Taken:
    """The capture as an answer to `asked`, at the time that the archive gives for what it sent."""
    url = REPLAYED.sub(r"\1id_", memento.url, count=1)
    reply = await _followed(get, url)
    if url != memento.url and not _is_memento(reply):
        reply = await _followed(get, memento.url)
    taken_by = urlsplit(memento.url).netloc
    return Taken(_answer(reply, memento, asked), taken_by if _is_raw(reply) else f"{taken_by} (not raw)")


async def _followed(get: Get, url: str) -> Reply:
    """An archived redirect leads to another capture."""
    reply = await get(url, PREFER)
    for _ in range(HOPS):
        location = reply.header("location")
        if not 300 <= reply.status < 400 or location is None:
            break
        reply = await get(urljoin(reply.url, location), PREFER)
    return reply


def _answer(reply: Reply, memento: Memento, asked: str) -> Answer:
    at = http_date(reply.header("memento-datetime"))
    error = None if at else f"the archive answered {reply.status}, not with a capture"
    return Answer(
        page_id=0,
        url=asked,
        final_url=_original(reply) or asked,
        status=reply.status,
        headers=_headers(reply),
        body=reply.body,
        asked_at=at or memento.at,
        received_at=at or memento.at,
        error=error,
    )


def _is_memento(reply: Reply) -> bool:
    return reply.header("memento-datetime") is not None


def _is_raw(reply: Reply) -> bool:
    """Whether the archive says that it altered nothing: no banner, no rewritten links."""
    applied = (reply.header("preference-applied") or "").lower()
    return (
        "raw" in applied or "original-content" in applied or re.search(r"/\d{14}id_/", reply.url) is not None
    )


def _original(reply: Reply) -> str | None:
    said = ", ".join(value for name, value in reply.headers if name.lower() == "link")
    return next((target for target, rels, _ in links_of(said) if "original" in rels), None)


def _headers(reply: Reply) -> tuple[tuple[str, str], ...]:
    """The site's own headers, as far as the archive passes them on; the format in any case."""
    passed = [
        (name[len(ORIGINAL) :], value) for name, value in reply.headers if name.lower().startswith(ORIGINAL)
    ]
    named = {name.lower() for name, _ in passed}
    kind = reply.header("content-type")
    if kind is not None and "content-type" not in named:
        passed.append(("Content-Type", kind))
    return tuple(passed)
