"""How often a visitor may ask: so many requests a minute, saved up to a minute's worth."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock

from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wgwatch.web.api.problems import PREFIXES, problem
from wgwatch.web.visitors import LOCAL, STRANGER, visitor_of

MOST_VISITORS = 10_000
"""Visitors that are remembered; those who have not asked for a minute are forgotten first."""
READING = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Grant:
    """Whether a request may be answered, how many more may follow at once, and in how many seconds all are back."""

    is_given: bool
    left: int
    whole_in: int
    again_in: int


@dataclass(slots=True)
class Limiter:
    """Counts in memory, each process for itself. `clock` answers seconds that never go back."""

    a_minute: int
    clock: Callable[[], float] = time.monotonic
    _known: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def take(self, visitor: str) -> Grant:
        """One request of a visitor."""
        with self._lock:
            now, rate = self.clock(), self.a_minute / 60
            left, at = self._known.pop(visitor, (float(self.a_minute), now))
            left = min(self.a_minute, left + (now - at) * rate)
            is_given = left >= 1
            left -= is_given
            self._known[visitor] = (left, now)
            if len(self._known) > MOST_VISITORS:
                del self._known[next(iter(self._known))]  # the one who asked last the longest ago
            again_in = math.ceil((1 - left) / rate) if not is_given else 0
            return Grant(is_given, int(left), math.ceil((self.a_minute - left) / rate), again_in)


class Programs:
    """Around what programs ask: the limit, and other sites' pages that may read it (by setting, never with cookies)."""

    def __init__(self, app: ASGIApp, a_minute: int, origins: Sequence[str]) -> None:
        self._app = app
        limited: ASGIApp = _Limited(app, Limiter(a_minute)) if a_minute else app
        self._around = _shared(limited, origins) if origins else limited

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_ours = scope["type"] == "http" and scope["path"].startswith(PREFIXES)
        await (self._around if is_ours else self._app)(scope, receive, send)


def _shared(app: ASGIApp, origins: Sequence[str]) -> ASGIApp:
    return CORSMiddleware(
        app,
        allow_origins=list(origins),
        allow_methods=list(READING),
        allow_headers=["Authorization", "If-None-Match"],
        allow_credentials=False,
        expose_headers=["ETag", "Link", "RateLimit", "RateLimit-Policy", "Retry-After"],
    )


class _Limited:
    """Refuses who asks too often, and says with every answer how much is left (draft-ietf-httpapi-ratelimit)."""

    def __init__(self, app: ASGIApp, limiter: Limiter) -> None:
        self._app, self._limiter = app, limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        grant = self._limiter.take(_named(request))

        async def send_with_limit(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["RateLimit-Policy"] = f'"minute";q={self._limiter.a_minute};w=60'
                headers["RateLimit"] = f'"minute";r={grant.left};t={grant.whole_in}'
            await send(message)

        if grant.is_given:
            await self._app(scope, receive, send_with_limit)
            return
        again = f"Ask again in {grant.again_in} seconds; WGWATCH_API_RATE is how often one may."
        refused = problem(429, again, headers={"Retry-After": str(grant.again_in)})
        await refused(scope, receive, send_with_limit)


def _named(request: Request) -> str:
    """By who it is; where nobody has said so, by the address that asks."""
    visitor = visitor_of(request)
    if visitor not in (STRANGER, LOCAL):
        return visitor.name
    return request.client.host if request.client else ""
