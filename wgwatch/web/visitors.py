"""Who asks, and what each may do: every route says the least role that it is for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

VISITOR = "wgwatch.visitor"


class Role(IntEnum):
    """What a visitor may do; each may do what those before it may."""

    NOBODY = 0
    READER = 1
    MEMBER = 2
    """Has subscriptions of its own, and may propose pages."""
    OPERATOR = 3


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks."""

    name: str
    role: Role
    user_id: int | None = None
    email: str | None = None
    """An address that is confirmed to be the visitor's."""
    scopes: frozenset[str] | None = None
    """What the visitor's token is for; None where it is no token: everything that the role may."""


STRANGER = Visitor("nobody", Role.NOBODY)
LOCAL = Visitor("this machine", Role.OPERATOR)
"""Who can reach an address that only this machine has."""


class Visitors:
    """Notes with every request who asks."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[VISITOR] = LOCAL
        await self._app(scope, receive, send)


SCOPES = ("read", "feeds", "check", "subscribe", "operate")
"""What a token can be for: asking, feeds and calendars alone, looking now, its own subscriptions, all the rest."""


class GuardedRoute(Route):
    """A route for visitors of a role, and tokens of a scope; others are told so before anything is done."""

    def __init__(
        self,
        path: str,
        endpoint: Callable[..., Any],
        role: Role,
        methods: Sequence[str] = ("GET",),
        scope: str | None = None,
    ) -> None:
        super().__init__(path, endpoint, methods=list(methods))
        self.role = role
        self.scope = scope or ("read" if "GET" in methods else "operate")

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        visitor = _visitor(scope)
        if visitor.role < self.role:
            raise HTTPException(401 if visitor.role is Role.NOBODY else 403)
        if self.role is not Role.NOBODY and visitor.scopes is not None and self.scope not in visitor.scopes:
            raise HTTPException(403, f"This token is not for that: it lacks the scope '{self.scope}'.")
        await super().handle(scope, receive, send)


def visitor_of(request: Request) -> Visitor:
    """Who asks; a stranger where nobody looked."""
    return _visitor(request.scope)


def _visitor(scope: Scope) -> Visitor:
    visitor = scope.get(VISITOR, STRANGER)
    assert isinstance(visitor, Visitor)
    return visitor
