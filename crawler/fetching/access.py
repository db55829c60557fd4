"""What lets us in at a source: its cookies, headers, user and password, put on every request of its own site."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from scrapy.http.cookies import CookieJar

from config.access import Access
from crawler.fetching.handler import Exchange

if TYPE_CHECKING:
    from config.access import Basic
    from storage.pages import Page

PORTS = {"http": 80, "https": 443}


@dataclass(slots=True)
class Session:
    """A source's way in and the cookies that its sites gave us, for as long as the process lives.

    `is_in` says that a form let us in; `refused` why it did not, and `refused_at` when.
    """

    access: Access = field(repr=False)
    jar: CookieJar = field(default_factory=CookieJar, repr=False)
    is_in: bool = False
    refused: str = ""
    refused_at: datetime | None = None
    logging_in: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    _given_to: set[str] = field(default_factory=set, repr=False)

    @staticmethod
    def of(request: Request) -> Session | None:
        """The session that a request is made in: its page's, or the one that a login begins."""
        exchange = Exchange.of(request)
        return exchange.job.session if exchange else cast("Session | None", request.meta.get("session"))

    def headers(self) -> dict[str, str]:
        """What is sent beside cookies."""
        said = {name: value.get_secret_value() for name, value in self.access.headers.items()}
        return {**said, "Authorization": _basic(self.access.basic)} if self.access.basic else said

    def is_for(self, url: str, asked: str | None) -> bool:
        """Whether an address may have the headers: it is on the site of the page that was `asked`, or of the login.

        From https nothing of them goes to http.
        """
        login = self.access.login
        return any(_is_same_site(home, url) for home in (asked, login.url if login else None) if home)

    def give_cookies(self, request: Request) -> None:
        """Put the source's own cookies in the jar for a host, once: what the site makes of them later stands."""
        origin = _origin(request.url)
        if self.access.cookies and origin not in self._given_to:
            self._given_to.add(origin)
            end = "; Path=/; Secure" if request.url.startswith("https:") else "; Path=/"
            pairs = [f"{name}={value.get_secret_value()}{end}" for name, value in self.access.cookies.items()]
            self.jar.extract_cookies(Response(request.url, headers={"Set-Cookie": pairs}), request)


class Sessions:
    """The sessions of all sources. A source whose way in was edited begins a new one."""

    def __init__(self, access_of: Callable[[str], Access] = lambda source: Access()) -> None:
        self._access_of = access_of
        self._begun: dict[str, Session] = {}

    def of(self, page: Page) -> Session | None:
        """The session of the first source of a page that says how it lets us in."""
        for source in page.sources:
            if access := self._access_of(source):
                if source not in self._begun or self._begun[source].access != access:
                    self._begun[source] = Session(access)
                return self._begun[source]
        return None

    def proxy_of(self, page: Page) -> str | None:
        """The proxy that its source names."""
        session = self.of(page)
        return session.access.proxy.get_secret_value() if session and session.access.proxy else None


class AccessMiddleware:
    """Puts a session's headers and cookies on each request, and takes the cookies of each answer, redirects too."""

    def process_request(self, request: Request) -> None:
        session = Session.of(request)
        if session is None:
            return
        exchange = Exchange.of(request)
        trusted = session.is_for(request.url, exchange.job.url if exchange else None)
        for name, value in session.headers().items():
            request.headers.pop(name, None)  # a redirect takes them along
            if trusted:
                request.headers[name] = value
        if trusted:
            session.give_cookies(request)
        request.headers.pop("Cookie", None)
        session.jar.add_cookie_header(request)

    def process_response(self, request: Request, response: Response) -> Response:
        if session := Session.of(request):
            session.jar.extract_cookies(response, request)
        return response


def _basic(basic: Basic) -> str:
    pair = f"{basic.user.get_secret_value()}:{basic.password.get_secret_value()}"
    return "Basic " + b64encode(pair.encode()).decode()  # RFC 7617


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{(parts.hostname or '').lower()}:{parts.port or PORTS.get(parts.scheme)}"


def _is_same_site(home: str, url: str) -> bool:
    """The same origin, or the same host after a step up from http to https."""
    if _origin(home) == _origin(url):
        return True
    old, new = urlsplit(home), urlsplit(url)
    usual = old.port in {None, 80} and new.port in {None, 443}
    return usual and (old.scheme, new.scheme) == ("http", "https") and old.hostname == new.hostname
