"""Logging in and out."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from storage.access import sessions, users
from storage.access.users import User
from wgwatch.web.access import cookies
from wgwatch.web.access.logins import WRONG, TooMany
from wgwatch.web.access.signing import Signer
from wgwatch.web.access.ways import own_path
from wgwatch.web.access.who import access_of
from wgwatch.web.asked import application_of, reading, word
from wgwatch.web.templating import show
from wgwatch.web.visitors import Role, form_of, visitor_of

REMEMBERED = timedelta(days=180)
"""How long a browser counts as one from which somebody logged in."""


def ask(request: Request) -> Response:
    """The form; whoever needs none goes on."""
    wanted = own_path(word(request, "next") or "/")
    if visitor_of(request).role is not Role.NOBODY and visitor_of(request).form_key is not None:
        return RedirectResponse(wanted, 303)
    return _form(request, wanted)


def log_in(request: Request) -> Response:
    """With the right name and password a new session begins, whatever cookie was there before."""
    form, access, application = form_of(request), access_of(request), application_of(request)
    name, wanted = form.get("name", "").strip(), own_path(form.get("next", "/"))
    signer = access.signer("device")
    device = _device(request, signer, name, application.clock())
    try:
        user = access.logins.log_in(name, form.get("password", ""), access.client(request), device=device)
    except TooMany as error:
        return _too_many(request, error, wanted, name)
    if user is None:
        return _form(request, wanted, name, WRONG, 403)
    response = RedirectResponse(wanted, 303)
    begin_session(request, response, user)
    _remember(request, response, signer, user, device, application.clock())
    return response


def log_out(request: Request) -> Response:
    """The session ends, here and in the database."""
    response = RedirectResponse("/login", 303)
    secret = cookies.read(request, cookies.SESSION)
    if secret:
        with application_of(request).database.write() as connection:
            sessions.end(connection, secret)
    cookies.end(request, response)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def begin_session(request: Request, response: Response, user: User) -> None:
    """The user is logged in with this browser; a session that it had before ends."""
    application, old = application_of(request), cookies.read(request, cookies.SESSION)
    with application.database.write() as connection:
        if old:
            sessions.end(connection, old)
        browser = request.headers.get("user-agent", "")
        secret = sessions.begin(connection, user.id, application.clock(), browser)
    cookies.begin(request, response, secret)


def _form(request: Request, wanted: str, name: str = "", problem: str = "", status: int = 200) -> Response:
    with reading(request) as (connection, _):
        has_users = users.exist(connection)
    return show(
        request,
        "login.html",
        status=status,
        wanted=wanted,
        name=name,
        problem=problem,
        has_users=has_users,
    )


def _too_many(request: Request, error: TooMany, wanted: str, name: str) -> Response:
    response = _form(request, wanted, name, str(error), 429)
    wait = error.until - application_of(request).clock()
    response.headers["Retry-After"] = str(max(1, int(wait.total_seconds())))
    return response


def _device(request: Request, signer: Signer, name: str, now: datetime) -> str | None:
    """What names this browser, where the user of that name logged in with it before."""
    said = signer.read(cookies.read(request, cookies.KNOWN) or "", now)
    if said is None or said[0] != users.key_of(name):
        return None
    return str(said[1])


def _remember(
    request: Request, response: Response, signer: Signer, user: User, device: str | None, now: datetime
) -> None:
    known = signer.sign([users.key_of(user.name), device or secrets.token_hex(16)], now + REMEMBERED)
    cookies.keep(request, response, cookies.KNOWN, known, REMEMBERED)
