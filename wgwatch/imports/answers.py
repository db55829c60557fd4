"""What a WARC record says, as the answer that a browser would have had: unchunked, uncompressed."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.answers import Answer
from crawler.fetching.handler import FetchError
from crawler.middlewares import decode
from storage.sightings import content_type
from storage.warc.reading import NOT_MODIFIED, Recorded
from storage.warc.writing import original_headers

LARGEST = 10_000_000
"""Bytes that a page may unpack to."""
CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n")


def answer_of(record: Recorded, asked: str | None = None) -> Answer:
    """A response. `asked` is the address that redirects began at, where it was another."""
    answer = Answer(
        page_id=0,
        url=asked or record.url,
        final_url=record.url,
        status=record.status,
        headers=original_headers(record.headers),
        asked_at=record.at,
        received_at=record.at,
    )
    try:
        body, is_whole = _body(record)
    except FetchError as error:
        return replace(answer, error=str(error))
    return replace(answer, body=body, truncated=record.is_truncated or not is_whole)


def repeated(record: Recorded, original: Answer) -> Answer:
    """A revisit: the answer that it repeats, at its own time and address.

    Where it names no headers of its own, the content type of what it repeats is all that is certain.
    """
    kind = content_type(original.headers)
    status = 304 if record.profile.endswith(NOT_MODIFIED) else record.status or original.status
    return replace(
        original,
        url=record.url,
        final_url=record.url,
        status=status,
        headers=_with_type(original_headers(record.headers), kind),
        asked_at=record.at,
        received_at=record.at,
    )


def _with_type(headers: tuple[tuple[str, str], ...], kind: str | None) -> tuple[tuple[str, str], ...]:
    return headers if kind is None or content_type(headers) else (*headers, ("Content-Type", kind))


def _body(record: Recorded) -> tuple[bytes, bool]:
    """The body and whether all of it is there. Crawlers that store it decoded often leave the headers as they were."""
    body, is_whole = record.payload, True
    if "chunked" in _values(record, "transfer-encoding"):
        body, is_whole = _unchunked(body)
    elif (length := "".join(_values(record, "content-length"))).isdigit():
        is_whole = len(body) >= int(length)
    for coding in reversed(_values(record, "content-encoding")):
        if not body or coding in {"identity", "none", "utf-8"}:
            continue
        body, is_complete = _decoded(body, coding.removeprefix("x-"))
        is_whole = is_whole and is_complete
    return body, is_whole


def _decoded(body: bytes, coding: str) -> tuple[bytes, bool]:
    if coding == "br":
        return _unbrotli(body)
    if coding == "gzip" and not body.startswith(b"\x1f\x8b"):
        return body, True
    try:
        return decode(body, coding, LARGEST)
    except FetchError:
        if _looks_decoded(body):
            return body, True
        raise


def _unbrotli(body: bytes) -> tuple[bytes, bool]:
    """Brotli where it is installed (with Scrapy's or aiohttp's extras); it has no magic to know it by."""
    if _looks_decoded(body):
        return body, True
    try:
        import brotli  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError as error:
        raise FetchError("its content coding is br: install the package brotli to read it") from error
    engine = brotli.Decompressor()
    try:
        unpacked = bytes(engine.process(body, output_buffer_limit=LARGEST))
    except brotli.error as error:
        raise FetchError("its br coding is broken") from error
    if len(unpacked) >= LARGEST:
        raise FetchError(f"it unpacks to more than {LARGEST:,} bytes")
    return unpacked, bool(engine.is_finished())


def _looks_decoded(body: bytes) -> bool:
    """Text or PDF: what no compression begins with."""
    return body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" or body.startswith((b"%PDF-", b"BEGIN:V"))


def _unchunked(body: bytes) -> tuple[bytes, bool]:
    """RFC 9112 section 7.1; what has no chunk at its beginning was stored without its chunks."""
    parts: list[bytes] = []
    at = 0
    while size := CHUNK.match(body, at):
        length = int(size.group(1), 16)
        if length == 0:
            return b"".join(parts), True
        parts.append(body[size.end() : size.end() + length])
        at = size.end() + length + 2
    return (b"".join(parts), False) if parts else (body, True)


def _values(record: Recorded, name: str) -> list[str]:
    found = ",".join(value for key, value in record.headers if key.lower() == name)
    return [part.strip().lower() for part in found.split(",") if part.strip()]
