"""Who may speak to us: pages of other sites can make a browser send requests, to any name that leads here."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOCAL = ("localhost", "127.0.0.1", "::1")
SAFE = ("GET", "HEAD", "OPTIONS")
HEALTH = ("/healthz", "/readyz")
"""Probes ask for these by addresses that nobody could list, and they say nothing that is ours."""


class Neighbours:
    """Refuses requests under a name that is not ours (DNS rebinding), and changes that another site asks for."""

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self._app = app
        self._names = frozenset(names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_ours = scope["type"] != "http" or scope["path"] in HEALTH
        if not is_ours and (problem := self._problem(Request(scope))):
            await PlainTextResponse(problem, status_code=403)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _problem(self, request: Request) -> str | None:
        host = request.headers.get("host", "")
        if _name(f"//{host}") not in self._names:
            return f"This is wgwatch, and it does not answer to the name {host!r}. Set WGWATCH_PUBLIC_URL to it.\n"
        if request.method not in SAFE and not _is_own(request, host):
            return "Another site asked for this. Nothing was done.\n"
        return None


def names_of(public_url: str | None, *listening: str) -> set[str]:
    """The names that are ours: this machine's own, where we listen, and the public address's."""
    return {*LOCAL, *listening, *([_name(public_url)] if public_url else ())}


def _is_own(request: Request, host: str) -> bool:
    """Browsers say where a form was: by Sec-Fetch-Site, older ones by Origin. Programs that are none say nothing."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site in ("same-origin", "none")
    return origin is None or urlsplit(origin).netloc == host


def _name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
