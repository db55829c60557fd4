"""What a site allows us: robots.txt as RFC 9309 has it, and the Crawl-delay that many sites write into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from config.addresses import host_of
from crawler.fetching.handler import FetchError
from crawler.fetching.turns import Turns
from storage.engine import Database
from storage.watched import robots as stored

if TYPE_CHECKING:
    from crawler.spiders.pages import PageSpider

VALID_FOR = timedelta(hours=24)  # RFC 9309 section 2.4
LARGEST = 512 * 1024  # bytes; section 2.5 asks for 500 KiB at least
LONGEST_DELAY = 60.0  # seconds; a larger Crawl-delay would stop the watch rather than slow it


class RobotsError(FetchError):
    """A rule of robots.txt forbids the page."""


@dataclass(frozen=True, slots=True)
class RobotsEntry:
    """What a site answered when asked for its robots.txt."""

    status: int
    body: bytes
    fetched_at: datetime

    def is_valid(self, now: datetime) -> bool:
        return now - self.fetched_at < VALID_FOR


class RobotsCache(Protocol):
    """Where answers are kept between crawls. An origin is `https://host` or `http://host:8080`."""

    def get(self, origin: str, now: datetime) -> RobotsEntry | None: ...

    def put(self, origin: str, entry: RobotsEntry) -> None: ...


class StoredRobots:
    """robots.txt answers in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, origin: str, now: datetime) -> RobotsEntry | None:
        with self._database.read() as connection:
            found = stored.get(connection, origin)
        return RobotsEntry(found.status, found.body, found.fetched_at) if found else None

    def put(self, origin: str, entry: RobotsEntry) -> None:
        with self._database.write() as connection:
            stored.put(connection, origin, stored.StoredRobots(entry.status, entry.body, entry.fetched_at))


class RobotsMiddleware:
    """Asks each origin once per crawl and day; raises RobotsError or FetchError for what we may not fetch.

    Scrapy's own takes a 503 for a file without rules, knows no Crawl-delay, and asks anew in every crawl.
    """

    def __init__(
        self, crawler: Crawler, cache: RobotsCache, clock: Callable[[], datetime], token: str, turns: Turns
    ) -> None:
        self._crawler = crawler
        self._cache = cache
        self._clock = clock
        self._token = token
        self._turns = turns
        self._rules: dict[str, Protego | FetchError] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        spider = cast("PageSpider", crawler.spider)
        options = spider.options
        token = product_token(options.user_agent)
        return cls(crawler, spider.robots, options.clock, token, options.turns)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("robots"):
            return
        rules = await self._rules_of(_origin(request.url), request)
        if isinstance(rules, FetchError):
            raise FetchError(*rules.args)
        asked = min(rules.crawl_delay(self._token) or 0.0, LONGEST_DELAY)
        self._turns.slow_down(host_of(request.url), asked)
        if not rules.can_fetch(request.url, self._token):
            raise RobotsError("robots.txt forbids it")

    async def _rules_of(self, origin: str, page: Request) -> Protego | FetchError:
        if origin not in self._rules:
            try:
                self._rules[origin] = _read(self._kept(origin) or await self._fetch(origin, page))
            except FetchError as error:
                self._rules[origin] = error
        return self._rules[origin]

    def _kept(self, origin: str) -> RobotsEntry | None:
        now = self._clock()
        entry = self._cache.get(origin, now)
        return entry if entry and entry.is_valid(now) else None

    async def _fetch(self, origin: str, page: Request) -> RobotsEntry:
        """Ask the site. Only answers are kept: who cannot be reached now is asked again by the next crawl."""
        meta = {"robots": True, "sources": page.meta.get("sources", ())}
        request = Request(f"{origin}/robots.txt", meta=meta, dont_filter=True)
        try:
            response = await self._crawler.engine.download_async(request)
        except IgnoreRequest:  # more redirects than we follow: as if there were no file (section 2.3.1.2)
            response = Response(request.url, status=404)
        except FetchError as error:
            raise FetchError(f"{error} (robots.txt was asked for; without it we stay away)") from error
        if response.flags:
            raise FetchError("robots.txt broke off: staying away")
        if response.status >= 500:
            raise FetchError(f"robots.txt answered {response.status}: staying away")
        entry = RobotsEntry(response.status, _bounded(response.body), self._clock())
        self._cache.put(origin, entry)
        return entry


def product_token(user_agent: str) -> str:
    """The name that a site's rules call us by: `wgwatch` of `wgwatch/0.1 (+mailto:...)`."""
    return user_agent.split(maxsplit=1)[0].partition("/")[0].lower()


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


def _bounded(body: bytes) -> bytes:
    """As much as is parsed, in whole lines: half a path would forbid, or allow, what the site does not mean."""
    return body if len(body) <= LARGEST else body[: body.rfind(b"\n", 0, LARGEST) + 1]


def _read(entry: RobotsEntry) -> Protego:
    """The rules of an answer; any but a 2xx is a site without rules (section 2.3.1.3)."""
    text = entry.body.decode("utf-8-sig", errors="ignore") if 200 <= entry.status < 300 else ""
    return Protego.parse(text)
