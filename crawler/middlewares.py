"""What is done to every request and answer between the spider and the network."""

from __future__ import annotations

import zlib

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.fetching.handler import Exchange, FetchError

CODINGS = ("gzip", "deflate")
MOST_CODINGS = 3
MOST_MEMBERS = 100
"""Of gzip in a row: each costs a copy of what follows it."""
TRUNCATED = "truncated"
"""Flag of a response whose body ended before its content coding did."""


class ConditionalMiddleware:
    """Asks for a page only if it is no longer the one that was read last (RFC 9110 section 13.1).

    robots.txt is always asked for whole: a 304 for it would read as "no rules".
    """

    def process_request(self, request: Request) -> None:
        exchange = Exchange.of(request)
        if exchange is None:
            return
        if exchange.job.etag:
            request.headers["If-None-Match"] = exchange.job.etag
        # After a redirect a date says nothing: the page that it leads to today may be another, older one.
        if exchange.job.last_modified and "redirect_times" not in request.meta:
            request.headers["If-Modified-Since"] = exchange.job.last_modified
        else:
            request.headers.pop("If-Modified-Since", None)


class DecodingMiddleware:
    """Undoes the content codings. Scrapy's own passes over broken and unfinished ones without a word."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DecodingMiddleware:
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        request.headers["Accept-Encoding"] = ", ".join(CODINGS)

    def process_response(self, request: Request, response: Response) -> Response:
        codings = _codings(response)
        if not codings or not response.body:
            return response
        if len(codings) > MOST_CODINGS:
            raise FetchError(f"the answer is packed more than {MOST_CODINGS} times")
        body, whole = response.body, True
        for coding in reversed(codings):
            body, complete = decode(body, coding, self._max_bytes)
            whole = whole and complete
        flags = response.flags if whole else [*response.flags, TRUNCATED]
        return response.replace(body=body, flags=flags)


def decode(body: bytes, coding: str, limit: int) -> tuple[bytes, bool]:
    """The decoded bytes and whether the coding came to its end; FetchError if broken or over `limit` bytes"""
    if coding not in CODINGS:
        raise FetchError(f"the answer came in a content coding that was not asked for ({coding})")
    try:
        return _inflate(body, _window(body, coding), limit)
    except zlib.error as error:
        raise FetchError(f"the answer's {coding} coding is broken ({error})") from error


def _inflate(body: bytes, window: int, limit: int) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    size = 0
    for _ in range(MOST_MEMBERS):
        stream = zlib.decompressobj(window)
        parts.append(stream.decompress(body, limit - size + 1))
        size += len(parts[-1])
        if size > limit:
            raise FetchError(f"the answer unpacks to more than {limit:,} bytes")
        body = stream.unused_data
        if not stream.eof or not body.startswith(b"\x1f\x8b"):  # gzip may hold several members in a row
            return b"".join(parts), stream.eof
    raise FetchError(f"the answer is packed in more than {MOST_MEMBERS} pieces")


def _window(body: bytes, coding: str) -> int:
    """zlib's window bits: gzip, zlib, or the bare stream that some servers send as `deflate`."""
    if coding == "gzip":
        return zlib.MAX_WBITS | 16
    has_header = len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS


def _codings(response: Response) -> list[str]:
    """The codings in the order in which they were applied."""
    values = [value.decode("latin-1") for value in response.headers.getlist("Content-Encoding")]
    names = [name.strip().lower().removeprefix("x-") for value in values for name in value.split(",")]
    return [name for name in names if name not in {"", "identity"}]
