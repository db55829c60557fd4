"""The way to the network: every request of the crawler, robots.txt and redirects too, goes through here."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, cast
from urllib.parse import urlsplit

import aiohttp
from scrapy import Request
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler, _ClientResponse
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from scrapy.http import Headers, Response

from config.addresses import host_of
from config.resolver import GuardedResolver, guarded_socket
from config.trust import trust
from crawler.answers import PageJob, without_secrets

if TYPE_CHECKING:
    from scrapy.core.downloader.handlers._base_streaming import _BaseResponseArgs

    from crawler.engine import CrawlOptions
    from crawler.spiders.pages import PageSpider

FAILURES = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    PermissionError,  # a network that is not allowed
)


class FetchError(Exception):
    """Why no usable answer came, in words for a person."""


@dataclass(slots=True)
class Exchange:
    """What happened on the wire for one page, shared by all hops of its redirects through `Request.meta`."""

    job: PageJob
    url: str
    asked_at: datetime
    headers: tuple[tuple[str, str], ...] = ()
    asked: tuple[tuple[str, str], ...] = ()
    screenshot: bytes | None = None

    @property
    def meta(self) -> dict[str, Any]:
        """What a request for the page carries: this, and whose requests of the day it is counted among."""
        return {"exchange": self, "sources": self.job.sources}

    @staticmethod
    def of(request: Request) -> Exchange | None:
        """The page's exchange; None for robots.txt."""
        return cast("Exchange | None", request.meta.get("exchange"))


class GuardedHandler(AiohttpDownloadHandler):
    """Scrapy's handler on aiohttp, which connects to allowed networks only.

    Names are judged by what they resolve to, at connect time; with a proxy they are resolved there, and where
    the proxy itself stands is the operator's choice. Hosts written as IP addresses are judged on every hop,
    as aiohttp does not resolve them. Every failure of the network leaves here as FetchError.
    """

    experimental: ClassVar[bool] = False  # tested here against real servers; Scrapy is pinned tightly
    lazy = False

    def __init__(self, crawler: Crawler, options: CrawlOptions) -> None:
        super().__init__(crawler)
        self._options = options
        self._networks = options.networks
        self._resolver = options.resolver
        self._proxy = options.proxy
        self._clock = options.clock
        self._asking: set[asyncio.Task[Any]] = set()
        self._ssl_context = trust(options.ca_file)
        if not options.proxy:
            self._guard_names()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> GuardedHandler:
        return cls(crawler, cast("PageSpider", crawler.spider).options)

    def _guard_names(self) -> None:
        """Put a connector with our resolver under a session like the one that Scrapy made."""
        self._session.detach()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=GuardedResolver(self._networks, self._resolver),
                socket_factory=guarded_socket(self._networks),
                limit=self._pool_size_total,
                limit_per_host=self._pool_size_per_host,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            response_class=_ClientResponse,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        )

    async def download_request(self, request: Request) -> Response:
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        self._asking.add(task)
        try:
            self._networks.check_literal(urlsplit(request.url).hostname or "")
            return await self._in_turn(request)
        except FAILURES as error:
            raise FetchError(_in_words(error, request)) from error
        finally:
            self._asking.discard(task)

    async def _in_turn(self, request: Request) -> Response:
        """Ask when it is the host's turn, and only if the day's requests are not spent."""
        options = self._options
        turn_of = options.turns.take(host_of(request.url), options.delay, options.bandwidth, options.guest)
        async with turn_of as turn:
            if options.spend:
                await options.spend(request.meta.get("sources", ()))
            if exchange := Exchange.of(request):
                exchange.url, exchange.asked_at, exchange.headers = request.url, self._clock(), ()
                exchange.asked = _said(request, exchange.job)
            response = await super().download_request(request)
            turn.size = len(response.body)
            return response

    def _extract_proxy_url_with_creds(self, request: Request) -> str | None:
        return self._proxy

    @staticmethod
    def _build_base_response_args(
        response: _ClientResponse, request: Request, headers: Headers
    ) -> _BaseResponseArgs:
        if exchange := Exchange.of(request):
            exchange.headers = tuple(
                (name.decode("latin-1"), value.decode("latin-1")) for name, value in response.raw_headers
            )
        return AiohttpDownloadHandler._build_base_response_args(response, request, headers)

    @staticmethod
    def _cancel_maxsize(size: int, limit: int, request: Request, *, expected: bool) -> NoReturn:
        raise FetchError(f"the answer is larger than {limit:,} bytes")

    async def close(self) -> None:
        """Give up what is still being asked: a crawl that stops does not wait for a slow site."""
        asking = tuple(self._asking)
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        await super().close()


def _said(request: Request, job: PageJob) -> tuple[tuple[str, str], ...]:
    """The request's headers as they leave, without what is secret in them."""
    said = (
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in request.headers.items()
        for value in values
    )
    return without_secrets(said, job.session.access.headers if job.session else ())


def _in_words(error: Exception, request: Request) -> str:
    host = urlsplit(request.url).hostname
    cause = error.__cause__
    reason = cause.os_error if isinstance(cause, aiohttp.ClientConnectorError) else error
    if isinstance(reason, PermissionError) and reason.strerror:
        return reason.strerror
    if isinstance(error, DownloadTimeoutError):
        return f"no answer within {request.meta['download_timeout']:g} s"
    if isinstance(cause, aiohttp.ClientProxyConnectionError):
        return f"the proxy cannot be reached ({reason})"
    if isinstance(error, CannotResolveHostError):
        return f"the name {host} cannot be resolved"
    if isinstance(error, DownloadConnectionRefusedError):
        return f"cannot connect to {host} ({reason})"
    return f"the connection to {host} broke off ({error or type(cause).__name__})"
