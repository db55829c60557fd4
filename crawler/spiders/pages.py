"""Looks at the pages of one host, one after the other, and hands over what came back."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.answers import Answer, PageJob
from crawler.fetching.handler import Exchange, FetchError
from crawler.fetching.robots import RobotsCache, RobotsError
from crawler.fetching.turns import NotNow

if TYPE_CHECKING:
    from crawler.engine import CrawlOptions

REDIRECTS = (301, 302, 303, 307, 308)


class PageSpider(Spider):
    """One request at a time: the next page is asked for when the answer of the last one was taken.

    `jobs` may be emptied from outside to end the crawl; `error` is what `on_answer` raised.
    """

    name = "pages"

    def __init__(
        self,
        jobs: deque[PageJob],
        options: CrawlOptions,
        robots: RobotsCache,
        on_answer: Callable[[Answer], Awaitable[None]],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.jobs = jobs
        self.options = options
        self.robots = robots
        self.error: Exception | None = None
        self._on_answer = on_answer

    async def start(self) -> AsyncIterator[Any]:
        while self.jobs and self.error is None:
            answer = await self._look(self.jobs.popleft())
            try:
                await self._on_answer(answer)
            except Exception as error:  # noqa: BLE001 - Scrapy would only log it; crawl_host raises it
                self.error = error
        return
        yield  # never reached: it makes this the asynchronous generator that Scrapy wants

    async def _look(self, job: PageJob) -> Answer:
        exchange = Exchange(job, job.url, asked_at=self.options.clock())
        if job.closes_at and job.closes_at <= exchange.asked_at:
            return self._failure(exchange, "its hours of the day are over", not_before=exchange.asked_at)
        try:
            response = await self.crawler.engine.download_async(_request(exchange))
        except NotNow as error:
            not_before = self.options.clock() + error.wait
            return self._failure(exchange, str(error), not_before=not_before)
        except FetchError as error:
            return self._failure(exchange, str(error), by_robots=isinstance(error, RobotsError))
        except IgnoreRequest:
            return self._failure(exchange, "it redirects more than 5 times")
        except Exception as error:  # noqa: BLE001 - one page's trouble is its own answer, the others go on
            return self._failure(exchange, f"could not be asked for ({type(error).__name__}: {error})")
        return self._answer(exchange, response)

    def _answer(self, exchange: Exchange, response: Response) -> Answer:
        job = exchange.job
        return Answer(
            page_id=job.page_id,
            url=job.url,
            final_url=response.url,  # may be on another host than the leased one: whoever reads it can tell
            status=response.status,
            headers=exchange.headers,
            asked=exchange.asked,
            body=response.body,
            asked_at=exchange.asked_at,
            received_at=self.options.clock(),
            error=_no_page(response, job),
            truncated=bool(response.flags),
            screenshot=exchange.screenshot,
        )

    def _failure(
        self,
        exchange: Exchange,
        error: str,
        *,
        by_robots: bool = False,
        not_before: datetime | None = None,
    ) -> Answer:
        return Answer(
            page_id=exchange.job.page_id,
            url=exchange.job.url,
            final_url=exchange.url,
            status=0,
            asked_at=exchange.asked_at,
            received_at=self.options.clock(),
            error=error,
            refused_by_robots=by_robots,
            not_before=not_before,
        )


def _request(exchange: Exchange) -> Request:
    if urlsplit(exchange.url).scheme not in {"http", "https"}:
        raise FetchError("only http and https addresses can be looked at")
    return Request(exchange.url, meta=exchange.meta, dont_filter=True)


def _no_page(response: Response, job: PageJob) -> str | None:
    """Why an answer stands for no page although the network gave one."""
    if response.status in REDIRECTS:
        target = (response.headers.get("Location") or b"nowhere").decode("latin-1")
        return f"it redirects to {target}, which is no http or https address"
    if response.status == 304 and not (job.etag or job.last_modified):
        return "it answered 304 (not modified) to a request without conditions"
    return None
