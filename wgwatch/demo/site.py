"""The replica site: one page, whatever edition is shown at the moment, on a free port of this machine."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

PATH = "/groups/smewg"


class Site:
    """Serves `html` under a validator of its bytes (RFC 9110 section 13.1.2), so that it can answer 304.

    `statuses` are the answers given for the page, in order; `url` is the page's.
    """

    def __init__(self) -> None:
        self.html = ""
        self.statuses: list[int] = []
        self.url = ""

    async def page(self, request: web.Request) -> web.Response:
        body = self.html.encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        known = request.headers.get("If-None-Match") == etag
        self.statuses.append(304 if known else 200)
        if known:
            return web.Response(status=304, headers={"ETag": etag})
        return web.Response(body=body, content_type="text/html", charset="utf-8", headers={"ETag": etag})

    async def robots(self, _request: web.Request) -> web.Response:
        return web.Response(text="User-agent: *\nDisallow: /press\n")


@asynccontextmanager
async def open_site() -> AsyncIterator[Site]:
    """The site, served until the block ends."""
    site = Site()
    application = web.Application()
    application.add_routes([web.get(PATH, site.page), web.get("/robots.txt", site.robots)])
    async with served(application) as address:
        site.url = address + PATH
        yield site


@asynccontextmanager
async def served(application: web.Application) -> AsyncIterator[str]:
    """A web application on a free port of 127.0.0.1, by its address."""
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield "http://{}:{}".format(*runner.addresses[0][:2])
    finally:
        await runner.cleanup()
