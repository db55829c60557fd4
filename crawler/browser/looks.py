"""One look at a page in a browser: its answer is given to it, its scripts run, what stands then is the page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver

from config.networks import Networks
from config.rendering import Rendering
from crawler.browser.gate import Gate
from crawler.browser.trackers import is_tracker
from crawler.fetching.handler import FetchError
from crawler.fetching.turns import NotNow

if TYPE_CHECKING:
    from playwright._impl._api_structures import SetCookieParam  # shown nowhere else
    from playwright.async_api import Browser, BrowserContext, Page, Request, Route

    from crawler.fetching.access import Session

LONGEST = 45.0
"""Seconds for a look as a whole."""
APPEARING = 20.0  # seconds for what is waited for to appear
QUIET = 10.0  # seconds after which a page that never falls silent is taken as it stands
CLOSING = 5.0
MOST_REQUESTS = 300
"""What the scripts of a page may ask for in a look."""
TALLEST = 10_000  # pixels of a picture
WIDTH, HEIGHT = 1280, 900
HEAVY = {"image", "media", "font", "ping", "eventsource", "websocket", "manifest", "cspreport"}
SEEN = {"image", "font"}
"""What is needed for a picture alone."""
NOT_FOR_A_BROWSER = {"content-length", "content-encoding", "transfer-encoding", "connection"}
LENGTH = "document.documentElement.outerHTML.length"
TALLNESS = "document.documentElement.scrollHeight"


@dataclass(frozen=True, slots=True)
class Rendered:
    """The page as HTML, the picture (JPEG) if one was asked for, and the browser's version.

    `led_to` is where its scripts lead instead: then there is no page.
    """

    html: bytes = b""
    screenshot: bytes | None = None
    led_to: str | None = None
    browser: str = ""


@dataclass(slots=True)
class Look:
    """What is rendered, and how far it may go. `max_bytes` bounds the page, and three times that all it loads.

    `spend` counts a request that its scripts make. It raises NotNow where the day's are spent, and so does the look.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    wanted: Rendering
    user_agent: str
    networks: Networks
    max_bytes: int
    resolver: AbstractResolver | None = None
    proxy: str | None = None
    session: Session | None = None
    spend: Callable[[], Awaitable[None]] | None = None

    async def take(self, browser: Browser) -> Rendered:
        """Raises FetchError where the page does not come to stand."""
        from playwright.async_api import Error

        gate = Gate(self.networks, self.resolver, self.proxy, limit=3 * self.max_bytes)
        try:
            async with gate, asyncio.timeout(LONGEST):
                return await self._in_context(browser, gate)
        except TimeoutError:
            raise FetchError(f"the browser did not finish it within {LONGEST:g} s") from None
        except Error as error:
            said = str(error).strip().partition("\n")[0]
            raise FetchError(f"the browser could not render it ({said}){_refused(gate)}") from error

    async def _in_context(self, browser: Browser, gate: Gate) -> Rendered:
        context = await browser.new_context(
            user_agent=self.user_agent,
            proxy={"server": gate.url, "bypass": "<-loopback>"},  # as a rule Chromium goes directly there
            viewport={"width": WIDTH, "height": HEIGHT},
            accept_downloads=False,
            service_workers="block",
        )
        try:
            return replace(await self._taken(context, gate), browser=browser.version)
        finally:
            with suppress(Exception):
                async with asyncio.timeout(CLOSING):
                    await context.set_offline(True)  # or what is asked for now would be counted by nobody
                    await context.unroute_all(behavior="ignoreErrors")
                    await context.close()

    async def _taken(self, context: BrowserContext, gate: Gate) -> Rendered:
        if self.session:
            await context.add_cookies([_cookie(cookie, self.url) for cookie in self.session.jar])
        page = await context.new_page()
        routes = _Routes(self, page)
        await context.route("**/*", routes.decide)
        if led_to := await _first(self._stands(page, gate), routes.led_to):
            return Rendered(led_to=led_to)
        if gate.is_exhausted:
            raise FetchError(f"its scripts load more than {3 * self.max_bytes:,} bytes")
        if await page.evaluate(LENGTH) > self.max_bytes:
            raise FetchError(f"it grows to more than {self.max_bytes:,} characters")
        html = (await page.content()).encode("utf-8", "replace")
        return Rendered(html, await _picture(page) if self.wanted.screenshot else None)

    async def _stands(self, page: Page, gate: Gate) -> None:
        """Wait until the page is built: what is waited for is there, or the network is silent."""
        from playwright.async_api import TimeoutError as TooLate

        await page.goto(self.url, wait_until="domcontentloaded", timeout=LONGEST * 1000)
        if self.wanted.wait_for is None:
            with suppress(TooLate):  # there are pages that never stop asking
                await page.wait_for_load_state("networkidle", timeout=QUIET * 1000)
            return
        patience = min(APPEARING, LONGEST / 2)
        try:
            await page.wait_for_selector(self.wanted.wait_for, state="attached", timeout=patience * 1000)
        except TooLate:
            raise FetchError(
                f"its scripts did not show {self.wanted.wait_for} within {patience:g} s{_refused(gate)}"
            ) from None


class _Routes:
    """What becomes of each request of a page: given, let through the gate, or dropped.

    Where a script leads on to another page, `led_to` has its address: like a redirect, it is for the crawl to follow.
    Where no more may be asked for, `led_to` has the reason as its error.
    """

    def __init__(self, look: Look, page: Page) -> None:
        self._look = look
        self._page = page
        self._is_given = False
        self._asked = 0
        self.led_to: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def decide(self, route: Route) -> None:
        from playwright.async_api import Error

        with suppress(Error):  # the page is gone meanwhile
            frame = _top_frame(route.request)
            if frame == self._page.main_frame:
                await self._navigate(route)
            elif frame is None and self._is_wanted(route.request):
                await self._pass_on(route)
            else:
                await route.abort("blockedbyclient")

    async def _navigate(self, route: Route) -> None:
        if not self._is_given:
            self._is_given = True
            await route.fulfill(status=self._look.status, headers=self._headers(), body=self._look.body)
            return
        if route.request.method == "GET" and not self.led_to.done():
            self.led_to.set_result(route.request.url)
        await route.abort("aborted")

    async def _pass_on(self, route: Route) -> None:
        try:
            await self._count()
        except (FetchError, NotNow) as error:
            if not self.led_to.done():
                self.led_to.set_exception(error)
                self.led_to.exception()  # the page may stand by now: then nobody asks
            await route.abort("blockedbyclient")
        else:
            await route.continue_(headers=self._with_access(route.request))

    async def _count(self) -> None:
        """One more request. Raises FetchError where the look has made enough, NotNow where the day has."""
        self._asked += 1
        if self._asked > MOST_REQUESTS:
            raise FetchError(f"its scripts ask for more than {MOST_REQUESTS} things")
        if self._look.spend:
            await self._look.spend()

    def _is_wanted(self, request: Request) -> bool:
        parts = urlsplit(request.url)
        if parts.scheme not in {"http", "https"} or is_tracker(parts.hostname or ""):
            return False
        return request.resource_type not in HEAVY - (SEEN if self._look.wanted.screenshot else set())

    def _headers(self) -> dict[str, str]:
        """Those of the answer that a browser may use; several cookies as Playwright wants them, a line each."""
        said: dict[str, str] = {}
        for name, value in self._look.headers:
            key = name.lower()
            if key not in NOT_FOR_A_BROWSER:
                joint = "\n" if key == "set-cookie" else ", "
                said[key] = f"{said[key]}{joint}{value}" if key in said else value
        return said

    def _with_access(self, request: Request) -> dict[str, str] | None:
        session = self._look.session
        if session is None or not session.is_for(request.url, self._look.url):
            return None
        return {**request.headers, **session.headers()}


def _top_frame(request: Request) -> Any:
    """The frame that a window as a whole goes to with a request; None for a part of a page."""
    from playwright.async_api import Error

    if not request.is_navigation_request():
        return None
    try:
        frame = request.frame if request.frame.parent_frame is None else None
    except Error:  # of a window that was just opened
        return request
    return frame


async def _first(stands: Coroutine[Any, Any, None], led_to: asyncio.Future[str]) -> str | None:
    """Wait until the page stands, or for where it leads to."""
    standing = asyncio.create_task(stands)
    either: list[asyncio.Future[Any]] = [standing, led_to]
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if led_to.done():
            return led_to.result()
        await standing
        return None
    finally:
        standing.cancel()
        await asyncio.gather(standing, return_exceptions=True)


async def _picture(page: Page) -> bytes:
    tall = min(TALLEST, max(HEIGHT, int(await page.evaluate(TALLNESS))))
    taken: bytes = await page.screenshot(
        type="jpeg", quality=70, full_page=True, clip={"x": 0, "y": 0, "width": WIDTH, "height": tall}
    )
    return taken


def _cookie(cookie: Any, url: str) -> SetCookieParam:
    """A cookie of http.cookiejar, which puts .local behind a host without a dot, as Playwright takes it."""
    has_dot = "." in (urlsplit(url).hostname or "")
    return {
        "name": cookie.name,
        "value": cookie.value or "",
        "domain": cookie.domain if has_dot else cookie.domain.removesuffix(".local"),
        "path": cookie.path,
        "secure": cookie.secure,
        "expires": cookie.expires or -1,
    }


def _refused(gate: Gate) -> str:
    """A request that was not let through is often why a page does not come to stand."""
    return f"; {gate.refused[0]}" if gate.refused else ""
