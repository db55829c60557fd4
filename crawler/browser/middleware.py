"""Where rendering joins a crawl: behind robots.txt, redirects and decoding, on the answer that is the page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response

from crawler.browser.looks import Look, Rendered
from crawler.fetching.handler import Exchange, FetchError
from storage.rendered import BY

if TYPE_CHECKING:
    from crawler.engine import CrawlOptions
    from crawler.spiders.pages import PageSpider

OF_OTHER_BYTES = {"content-encoding", "content-length", "etag", "last-modified", "transfer-encoding"}
"""Headers that describe what the site sent, not what a browser made of it."""
MOST_TIMES = 5


class RenderMiddleware:
    """Gives the answers of pages that ask for it to a browser. Refusals, files and broken answers stay as they are."""

    def __init__(self, options: CrawlOptions) -> None:
        self._options = options

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RenderMiddleware:
        return cls(cast("PageSpider", crawler.spider).options)

    async def process_response(self, request: Request, response: Response) -> Response | Request:
        exchange = Exchange.of(request)
        if exchange is None or exchange.job.render is None or not _can_be_rendered(response):
            return response
        if self._options.browser is None:
            raise FetchError("it is to be rendered, and this crawl has no browser")
        rendered = await self._options.browser.render(self._look(exchange, response))
        if rendered.led_to:
            return _led_to(rendered.led_to, request, exchange)
        exchange.headers = _headers(exchange.headers, rendered)
        exchange.screenshot = rendered.screenshot
        return response.replace(body=rendered.html, encoding="utf-8")

    def _look(self, exchange: Exchange, response: Response) -> Look:
        options, job = self._options, exchange.job
        assert job.render is not None
        return Look(
            url=response.url,
            status=response.status,
            headers=exchange.headers,
            body=response.body,
            wanted=job.render,
            user_agent=options.user_agent,
            networks=options.networks,
            max_bytes=options.max_bytes,
            resolver=options.resolver,
            proxy=options.proxy,
            session=job.session,
            spend=partial(options.spend, job.sources) if options.spend else None,
        )


def _led_to(url: str, request: Request, exchange: Exchange) -> Request:
    """Where its scripts lead is asked for as after a redirect: by the rules of robots.txt, and a few times only."""
    times = request.meta.get("redirect_times", 0) + 1
    if times > MOST_TIMES:
        raise FetchError(f"it redirects or leads on by script more than {MOST_TIMES} times")
    meta = {**exchange.meta, "redirect_times": times}
    return Request(url, meta=meta, dont_filter=True, flags=list(request.flags))


def _can_be_rendered(response: Response) -> bool:
    return response.status in {200, 203} and isinstance(response, HtmlResponse) and not response.flags


def _headers(headers: tuple[tuple[str, str], ...], rendered: Rendered) -> tuple[tuple[str, str], ...]:
    """The main answer's, with the type of what was made of it, and who made it."""
    left_out = {*OF_OTHER_BYTES, "content-type", BY.lower()}
    kept = [(name, value) for name, value in headers if name.lower() not in left_out]
    made = [
        ("Content-Type", "text/html; charset=utf-8"),
        (BY, f"wgwatch, Chromium {rendered.browser}"),
    ]
    return (*kept, *made)
