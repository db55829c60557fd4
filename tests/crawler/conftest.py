"""A real site on a port of its own, a memory for robots.txt, and a crawl in one call."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from config.networks import Networks
from crawler.answers import Answer, PageJob
from crawler.engine import CrawlOptions, crawl_host
from crawler.fetching.robots import RobotsEntry


@dataclass
class Page:
    """What a path answers. `misbehave` writes to the socket itself, in place of everything else."""

    body: bytes = b"<html><title>Harbour forum</title><p>The forum meets in May.</p></html>"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0
    misbehave: Callable[[Any], None] | None = None


@dataclass
class Asked:
    path: str
    headers: dict[str, str]
    at: float


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], OSError):  # that the crawler hangs up is part of many tests
            super().handle_error(request, client_address)


class Site:
    """Answers from `pages`, 404 for the rest; keeps every request and how many were open at once."""

    def __init__(self, address: str) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[Asked] = []
        self.most_at_once = 0
        self.closing = threading.Event()
        self._open = 0
        self._lock = threading.Lock()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                with site.visit(self.path, dict(self.headers)) as page:
                    site.answer(self, page)

            def log_message(self, *args: object) -> None:
                pass

        self.server = Server((address, 0), Handler)
        self.url = f"http://{address}:{self.server.server_port}"

    def page(self, path: str, **about: Any) -> str:
        """Put a page there (again) and give its address; `about` is what a Page holds."""
        self.pages[path] = Page(**about)
        return self.url + path

    def visit(self, path: str, headers: dict[str, str]) -> _Visit:
        return _Visit(self, path, {name.lower(): value for name, value in headers.items()})

    def answer(self, handler: BaseHTTPRequestHandler, page: Page) -> None:
        self.closing.wait(page.wait)
        if page.misbehave:
            page.misbehave(handler)
            handler.close_connection = True
            return
        etag = page.headers.get("ETag")
        known = etag is not None and handler.headers["If-None-Match"] == etag
        body = b"" if known else page.body
        handler.send_response(304 if known else page.status)
        for name, value in page.headers.items():
            handler.send_header(name, value)
        if not known:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def pages_asked(self) -> list[str]:
        return [path for path in self.paths() if path != "/robots.txt"]


class _Visit:
    def __init__(self, site: Site, path: str, headers: dict[str, str]) -> None:
        self.site, self.path, self.headers = site, path, headers

    def __enter__(self) -> Page:
        with self.site._lock:
            self.site.asked.append(Asked(self.path, self.headers, time.monotonic()))
            self.site._open += 1
            self.site.most_at_once = max(self.site.most_at_once, self.site._open)
        return self.site.pages.get(self.path, Page(b"not here", 404))

    def __exit__(self, *exc: object) -> None:
        with self.site._lock:
            self.site._open -= 1


class MemoryRobots:
    """A RobotsCache that lives as long as a test."""

    def __init__(self) -> None:
        self.entries: dict[str, RobotsEntry] = {}

    def get(self, origin: str, now: datetime) -> RobotsEntry | None:
        return self.entries.get(origin)

    def put(self, origin: str, entry: RobotsEntry) -> None:
        self.entries[origin] = entry


def _serve(address: str) -> Iterator[Site]:
    site = Site(address)
    thread = threading.Thread(target=site.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield site
    site.closing.set()
    site.server.shutdown()
    site.server.server_close()
    thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    yield from _serve("127.0.0.1")


@pytest.fixture
def forbidden_site() -> Iterator[Site]:
    """On an address that the options of these tests do not allow."""
    yield from _serve("127.0.0.2")


@pytest.fixture
def robots() -> MemoryRobots:
    return MemoryRobots()


def options(**changes: Any) -> CrawlOptions:
    values: dict[str, Any] = {
        "user_agent": "wgwatch/0.1 (+mailto:webwatch@trade.example)",
        "delay": 0,
        "timeout": 5,
        "networks": Networks.parse(["127.0.0.1"]),
    }
    return CrawlOptions(**{**values, **changes})


@pytest.fixture
def make_options() -> Callable[..., CrawlOptions]:
    return options


@pytest.fixture
def look(robots: MemoryRobots) -> Callable[..., list[Answer]]:
    """Crawl addresses (or jobs) as one host and give the answers in the order in which they came."""

    def crawl(*targets: str | PageJob, **changes: Any) -> list[Answer]:
        answers: list[Answer] = []

        async def keep(answer: Answer) -> None:
            answers.append(answer)

        asyncio.run(crawl_host(jobs(targets), options(**changes), robots, keep))
        return answers

    return crawl


def jobs(targets: Sequence[str | PageJob]) -> list[PageJob]:
    return [
        target if isinstance(target, PageJob) else PageJob(page_id=number, url=target)
        for number, target in enumerate(targets, 1)
    ]
