"""One crawl per host: all its due pages, one request at a time, inside the caller's asyncio loop."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aiohttp.abc import AbstractResolver
from scrapy.crawler import AsyncCrawlerRunner, Crawler

from config.networks import Networks
from config.trust import trust
from crawler.answers import Answer, PageJob
from crawler.fetching.robots import RobotsCache
from crawler.fetching.turns import Guest, Turns
from crawler.spiders.pages import PageSpider

if TYPE_CHECKING:
    from crawler.browser import Browser


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlOptions:
    """How to crawl. Times are seconds, sizes bytes.

    `delay` is kept between the starts of two requests to a host, `bandwidth` (bytes a second) on the average. `turns`
    are shared by all crawls of a process. `guest` takes a host that a redirect leads to; `spend` counts a request
    for the sources that want it. Both raise NotNow where it has to wait. `ca_file` (PEM) is trusted beside the
    system's authorities. `grace` is how long a crawl that is stopped may take to close. `resolver` stands in for the
    system's. `browser` renders the pages that ask for it.
    """

    user_agent: str
    delay: float
    networks: Networks
    timeout: float = 30
    max_bytes: int = 10_000_000
    proxy: str | None = None
    ca_file: str | None = None
    grace: float = 5
    clock: Callable[[], datetime] = _now
    resolver: AbstractResolver | None = None
    browser: Browser | None = None
    bandwidth: float | None = None
    turns: Turns = field(default_factory=Turns)
    guest: Guest | None = None
    spend: Callable[[Sequence[str]], Awaitable[None]] | None = None


async def crawl_host(
    jobs: Sequence[PageJob],
    options: CrawlOptions,
    robots: RobotsCache,
    on_answer: Callable[[Answer], Awaitable[None]],
) -> None:
    """Look at every page; `on_answer` is awaited once for each, before the next request leaves.

    What it raises ends the crawl and is raised here. Raises ConfigError for an unusable `ca_file`.
    """
    trust(options.ca_file)
    waiting = deque(jobs)
    runner = AsyncCrawlerRunner(_settings(options, jobs))
    crawler = runner.create_crawler(PageSpider)
    crawl = runner.crawl(crawler, jobs=waiting, options=options, robots=robots, on_answer=on_answer)
    try:
        await asyncio.shield(crawl)
    except asyncio.CancelledError:
        begun = len(waiting) < len(jobs)
        waiting.clear()
        await _stop(crawler, crawl, begun, options.grace)
        raise
    if isinstance(crawler.spider, PageSpider) and crawler.spider.error:
        raise crawler.spider.error


def user_agent(contact: str | None, version: str) -> str:
    """A name for a site's rules and a way to reach us: `wgwatch/0.1 (+mailto:webwatch@trade.example)`."""
    if not contact:
        return f"wgwatch/{version}"
    link = contact if "://" in contact else f"mailto:{contact}"
    return f"wgwatch/{version} (+{link})"


async def _stop(crawler: Crawler, crawl: asyncio.Task[None], begun: bool, grace: float) -> None:
    """Close a crawl in order; cancelling it alone would leave the engine and its connections open.

    Before the first page is asked for Scrapy cannot be stopped: it then ends by itself, for want of jobs.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(grace):
            if begun:
                await crawler.stop_async()
            await asyncio.wait([crawl])
    crawl.cancel()


def _middlewares(jobs: Sequence[PageJob]) -> dict[str, int]:
    """Those that only some pages need: each would cost the others time at every request."""
    found: dict[str, int] = {}
    if any(job.session for job in jobs):
        found |= {
            "crawler.fetching.logins.LoginMiddleware": 50,
            "crawler.fetching.access.AccessMiddleware": 700,
        }
    if any(job.render for job in jobs):
        found["crawler.browser.middleware.RenderMiddleware"] = 60
    return found


def _settings(options: CrawlOptions, jobs: Sequence[PageJob]) -> dict[str, Any]:
    """Scrapy's settings: everything that is used is named, the rest is off."""
    return {
        "TWISTED_REACTOR_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,  # would run Python that is sent to a local port
        "TELNETCONSOLE_ENABLED": False,
        "EXTENSIONS_BASE": {},
        "SPIDER_MIDDLEWARES_BASE": {"scrapy.spidermiddlewares.referer.RefererMiddleware": 700},
        "REFERRER_POLICY": "no-referrer",
        "DOWNLOADER_MIDDLEWARES_BASE": {
            "crawler.fetching.robots.RobotsMiddleware": 100,
            "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
            "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
            "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
            "crawler.middlewares.ConditionalMiddleware": 585,
            "crawler.middlewares.DecodingMiddleware": 590,
            "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
            **_middlewares(jobs),
        },
        "DOWNLOAD_HANDLERS_BASE": {},
        "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "crawler.fetching.handler.GuardedHandler"),
        "DOWNLOAD_VERIFY_CERTIFICATES": False,  # the handler does, with a context that is made once for all crawls
        "DOWNLOAD_DELAY": 0,  # `turns` keep it: Scrapy knows nothing of the crawl before this one
        "DOWNLOAD_DELAY_JITTER": 0,
        "DOWNLOAD_TIMEOUT": options.timeout,
        "DOWNLOAD_MAXSIZE": options.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_FAIL_ON_DATALOSS": False,  # a body that breaks off is told as truncated
        "REDIRECT_MAX_TIMES": 5,
        "CONCURRENT_REQUESTS": 2,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "CONCURRENT_ITEMS": 1,
        "USER_AGENT": options.user_agent,
        "DEFAULT_REQUEST_HEADERS": {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"},
        "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
        "LOG_ENABLED": False,
        "LOG_INSTALL_ROOT_HANDLER": False,
    }
