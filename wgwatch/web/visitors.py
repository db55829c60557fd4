"""Who asks, and what each may do: every route says the least role that it is for."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any
from urllib.parse import parse_qsl

import anyio.to_thread
from starlette.datastructures import ImmutableMultiDict
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.errors import StorageError
from storage.access import tokens
from wgwatch.web.neighbours import SAFE

SCOPES = tokens.SCOPES
VISITOR = "wgwatch.visitor"
TROUBLE = "wgwatch.trouble"
FORM = "wgwatch.form"
FORM_FIELD, FORM_HEADER = "form_key", "x-form-key"
BIGGEST_FORM, MOST_FIELDS = 100_000, 1000
"""In bytes; and how many fields."""
FOR_ALL = ("/static/", "/healthz", "/readyz")
"""Answered whoever asks, also while the database is away."""
SESSION_ONLY = "session"
"""The scope of what no token is for."""


class Role(IntEnum):
    """What a visitor may do; each may do what those before it may."""

    NOBODY = 0
    READER = 1
    MEMBER = 2
    """Has subscriptions of its own, and may propose pages."""
    OPERATOR = 3


def role_named(name: str) -> Role:
    """`reader`, `member`, `operator`."""
    return Role[name.upper()]


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
    form_key: str | None = field(default=None, repr=False)
    """What its forms have to bring along, where a browser says by itself who it is."""

    def may(self, role: Role, scope: str) -> bool:
        """Whether a route of that role and scope is for this visitor. Who may read may read feeds."""
        if role is Role.NOBODY:
            return True
        has = self.scopes is None or scope in self.scopes or (scope == "feeds" and "read" in self.scopes)
        return self.role >= role and has


STRANGER = Visitor("nobody", Role.NOBODY)
FORGED = Visitor("an unknown token", Role.NOBODY)
"""Who shows a token that opens nothing."""
ANYONE = Visitor("anyone", Role.READER, scopes=frozenset(("read", "feeds")))
"""Who is not logged in, where that is enough to read."""
LOCAL = Visitor("this machine", Role.OPERATOR)
"""Who can reach an address that only this machine has."""


class Visitors:
    """Notes with every request who asks. Without the database nobody is known, and only what is for all answers."""

    def __init__(self, app: ASGIApp, who: Callable[[Request], Visitor]) -> None:
        self._app = app
        self._who = who

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith(FOR_ALL):
            try:
                scope[VISITOR] = await anyio.to_thread.run_sync(self._who, Request(scope))
            except StorageError as error:
                scope[TROUBLE] = error
        await self._app(scope, receive, send)


class GuardedRoute(Route):
    """A route for visitors of a role, and tokens of a scope; others are told so before anything is done.

    What a form of ours changes has to bring the form's key, which no other site knows.
    """

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
        if TROUBLE in scope and self.role is not Role.NOBODY:
            raise scope[TROUBLE]
        visitor = _visitor(scope)
        if not visitor.may(self.role, self.scope):
            raise _refusal(visitor, self.role, self.scope)
        if scope["method"] not in SAFE:
            receive = await _with_form(scope, receive)
            if self.role is not Role.NOBODY:
                _check_form(scope, visitor)
        await super().handle(scope, receive, send)


def _refusal(visitor: Visitor, role: Role, scope: str) -> HTTPException:
    if visitor is FORGED:
        said = (
            "This token opens nothing here: it is not known, its time is over, or it is not for this address."
        )
        return HTTPException(401, said, {"WWW-Authenticate": 'Bearer realm="wgwatch", error="invalid_token"'})
    if visitor.user_id is None:
        said = "Only users may see this: log in, or show a token."
        return HTTPException(401, said, {"WWW-Authenticate": 'Bearer realm="wgwatch"'})
    if visitor.role < role:
        return HTTPException(
            403, f"This is for the role '{role.name.lower()}'; you are logged in as {visitor.name}."
        )
    if scope == SESSION_ONLY:
        return HTTPException(403, "No token is for that: log in with a browser.")
    return HTTPException(403, f"This token is not for that: it lacks the scope '{scope}'.")


async def _with_form(scope: Scope, receive: Receive) -> Receive:
    """Reads a form for `form_of`; what is answered by it can be read again."""
    request = Request(scope, receive)
    if (
        request.headers.get("content-type", "").partition(";")[0].strip()
        != "application/x-www-form-urlencoded"
    ):
        return receive
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > BIGGEST_FORM:
            raise HTTPException(413, "This form is too long.")
    scope[FORM] = _read_form(body)
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return messages.pop() if messages else await receive()

    return again


def _read_form(body: bytes) -> ImmutableMultiDict[str, str]:
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError as error:
        raise HTTPException(400, "This is no form that a browser would send.") from error
    if any("\0" in value for _, value in fields):  # nothing that PostgreSQL takes for text
        raise HTTPException(400, "This is no form that a browser would send.")
    return ImmutableMultiDict(fields)


def _check_form(scope: Scope, visitor: Visitor) -> None:
    if visitor.form_key is None:
        return
    request = Request(scope)
    brought = request.headers.get(FORM_HEADER) or form_of(request).get(FORM_FIELD, "")
    if not hmac.compare_digest(brought.encode(), visitor.form_key.encode()):
        raise HTTPException(
            403, "This form is too old, or not of ours. Nothing was done: go back, reload, try again."
        )


def form_of(request: Request) -> ImmutableMultiDict[str, str]:
    """The fields of a form that was sent; empty where none was."""
    form: ImmutableMultiDict[str, str] = request.scope.get(FORM, ImmutableMultiDict())
    return form


def visitor_of(request: Request) -> Visitor:
    """Who asks; a stranger where nobody looked."""
    return _visitor(request.scope)


def _visitor(scope: Scope) -> Visitor:
    visitor = scope.get(VISITOR, STRANGER)
    assert isinstance(visitor, Visitor)
    return visitor
