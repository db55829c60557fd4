"""Logging in by a form, and once again when the session has ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode, urlsplit

import lxml.html  # type: ignore[import-untyped]
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Response

from config.addresses import shown_url
from crawler.fetching.access import Session
from crawler.fetching.handler import Exchange, FetchError

if TYPE_CHECKING:
    from config.access import Login
    from crawler.spiders.pages import PageSpider

PATIENCE = timedelta(minutes=15)
"""A login that was refused is not tried again sooner: too many tries lock an account."""
AGAIN = "logged in again"


class LoginMiddleware:
    """Outermost, so that it sees pages as they are read: after redirects, decoded, and rendered where they are."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._clock = cast("PageSpider", crawler.spider).options.clock

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> LoginMiddleware:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        session = _session(request)
        if session is None:
            return
        async with session.logging_in:  # pages of one source on two hosts share it
            if not session.is_in:
                await self._log_in(session, request.meta.get("sources", ()))

    async def process_response(self, request: Request, response: Response) -> Response | Request:
        session, exchange = _session(request), Exchange.of(request)
        if session is None or exchange is None or shows(response, cast("Login", session.access.login).check):
            return response
        session.is_in = False
        if AGAIN in request.flags:
            login = cast("Login", session.access.login)
            reason = f"logged in at {shown_url(login.url)}, and the page still does not show '{login.check}'"
            self._refuse(session, reason)
        return Request(exchange.job.url, meta=exchange.meta, dont_filter=True, flags=[AGAIN])

    async def _log_in(self, session: Session, sources: Sequence[str]) -> None:
        """Raises FetchError where no form is found or it does not let us in. Its requests count for `sources`."""
        login = cast("Login", session.access.login)
        if session.refused_at and self._clock() - session.refused_at < PATIENCE:
            raise FetchError(session.refused)
        where = f"logging in at {shown_url(login.url)}: "
        try:
            shown = await self._ask(session, Request(login.url, dont_filter=True), sources)
            answer = await self._ask(session, filled_in(shown, login), sources)
        except FetchError as error:
            self._refuse(session, f"{where}{error}")
        if answer.status >= 400 or not (shows(answer, login.check) or _form(answer, login) is None):
            self._refuse(session, f"{where}it does not let us in ({answer.status})")
        session.is_in, session.refused_at = True, None

    async def _ask(self, session: Session, request: Request, sources: Sequence[str]) -> Response:
        request.meta.update(session=session, sources=sources)
        try:
            return await self._crawler.engine.download_async(request)
        except IgnoreRequest as error:
            raise FetchError("it redirects more than 5 times") from error

    def _refuse(self, session: Session, reason: str) -> None:
        session.refused, session.refused_at = reason, self._clock()
        raise FetchError(reason)


def shows(response: Response, check: str) -> bool:
    """Whether a page shows that we are in: the text, or what the selector names. What is no page tells nothing."""
    if response.status in {401, 403}:
        return False
    if response.status != 200 or not isinstance(response, HtmlResponse):
        return True
    text = " ".join(response.xpath("//body//text()[not(ancestor::script or ancestor::style)]").getall())
    if check in " ".join(text.split()):
        return True
    try:
        return bool(response.css(check))
    except ValueError:  # a text, no selector
        return False


def filled_in(shown: Response, login: Login) -> Request:
    """The form as a browser would send it, hidden fields too. Raises FetchError where it cannot be sent."""
    form = _form(shown, login)
    if form is None:
        raise FetchError(f"it shows no form with {' and '.join(login.fields)} ({shown.status})")
    target = form.action or shown.url
    if form.method != "POST":
        raise FetchError("its form would put the password into an address")
    if urlsplit(shown.url).scheme == "https" != urlsplit(target).scheme:
        raise FetchError("its form would send the password unprotected")
    values = {**_given(form), **{name: value.get_secret_value() for name, value in login.fields.items()}}
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return Request(target, method="POST", body=urlencode(values), headers=kind, dont_filter=True)


def _form(response: Response, login: Login) -> Any:
    """The form that has all the fields, with an absolute action."""
    if not isinstance(response, HtmlResponse) or not response.text.strip():
        return None
    tree = lxml.html.document_fromstring(response.text, base_url=response.url)
    tree.make_links_absolute(response.url, handle_failures="ignore")
    return next((form for form in tree.forms if login.fields.keys() <= set(form.inputs.keys())), None)


def _given(form: Any) -> dict[str, str]:
    """What the form holds already, with the first button that has a name."""
    buttons = form.xpath('.//input[@type="submit"][@name] | .//button[@name][not(@type) or @type="submit"]')
    pressed = {button.get("name"): button.get("value") or "" for button in buttons[:1]}
    return {**dict(form.form_values()), **pressed}


def _session(request: Request) -> Session | None:
    """The session of a page's request, where it has a form to log in with."""
    exchange = Exchange.of(request)
    session = exchange.job.session if exchange else None
    return session if session and session.access.login else None
