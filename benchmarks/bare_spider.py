"""A Scrapy spider that fetches pages whole and hashes them, nothing else: what looking costs at the least.

`python bare_spider.py URL PAGES` prints what it took, start-up left out, as a line of JSON. All that Scrapy can do
without is off, and CONCURRENT_ITEMS is 1, which alone saves a third.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

SETTINGS = {
    "TWISTED_REACTOR_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "LOG_ENABLED": False,
    "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
    "EXTENSIONS_BASE": {},
    "SPIDER_MIDDLEWARES_BASE": {},
    "DOWNLOADER_MIDDLEWARES_BASE": {},
    "DOWNLOAD_HANDLERS": dict.fromkeys(
        ("http", "https"), "scrapy.core.downloader.handlers._aiohttp.AiohttpDownloadHandler"
    ),
    "CONCURRENT_ITEMS": 1,
    "CONCURRENT_REQUESTS": 16,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "DOWNLOAD_DELAY": 0,
}


class BareSpider(Spider):
    name = "bare"

    def __init__(self, url: str, pages: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._url, self._pages = url, pages
        self.hashes: list[bytes] = []

    async def start(self) -> AsyncIterator[Request]:
        for number in range(self._pages):
            yield Request(f"{self._url}/p/{number}", meta={"download_timeout": 30}, dont_filter=True)

    def parse(self, response: Response) -> None:
        self.hashes.append(hashlib.sha256(response.body).digest())


def main() -> int:
    url, pages = sys.argv[1], int(sys.argv[2])
    process = AsyncCrawlerProcess(SETTINGS)
    crawler = process.create_crawler(BareSpider)
    process.crawl(crawler, url=url, pages=pages)
    began, used = time.perf_counter(), time.process_time()
    process.start()
    took = {"wall": time.perf_counter() - began, "cpu": time.process_time() - used}
    assert isinstance(crawler.spider, BareSpider)
    print(json.dumps({**took, "pages": len(crawler.spider.hashes)}))
    return 0 if len(crawler.spider.hashes) == pages else 1


if __name__ == "__main__":
    sys.exit(main())
