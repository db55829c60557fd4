"""Who may come in: for operators."""

from __future__ import annotations

import sqlalchemy as sa
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.addresses import check_email
from config.errors import UsageError
from storage.access import sessions, users
from storage.access.users import ROLES, User
from wgwatch.passwords import generated
from wgwatch.web.access.who import access_of
from wgwatch.web.asked import application_of, reading
from wgwatch.web.templating import show
from wgwatch.web.visitors import form_of, visitor_of


def listed(request: Request) -> Response:
    """All of them."""
    return _shown(request)


def add(request: Request) -> Response:
    """A new one, whose first password is drawn and shown once."""
    form, application, password = form_of(request), application_of(request), generated()
    name, role, email = form.get("name", "").strip(), _role(request), form.get("email", "").strip() or None
    try:
        if email:
            check_email(email)
        known = access_of(request).passwords.hash(password, name)
        with application.database.write() as connection:
            _refuse_shut(connection, role)
            users.add(connection, name, role, application.clock(), password=known, email=email)
    except UsageError as error:
        return _shown(request, problem=str(error))
    return _shown(request, secret=(name, password))


def set_password(request: Request) -> Response:
    """A new one, drawn and shown once, for somebody who forgot; sessions end."""
    password = generated()
    known = access_of(request).passwords.hash(password)
    with application_of(request).database.write() as connection:
        user = _named(connection, request)
        users.change(connection, user.id, password=known)
        sessions.end_all(connection, user.id)
    return _shown(request, secret=(user.name, password))


def set_role(request: Request) -> Response:
    """What the user may do from now on; sessions end."""
    role = _role(request)
    with application_of(request).database.write() as connection:
        user = _other(connection, request)
        users.change(connection, user.id, role=role)
        sessions.end_all(connection, user.id)
    return RedirectResponse("/users", 303)


def disable(request: Request) -> Response:
    """The user, and all that is the user's, opens nothing more."""
    application = application_of(request)
    with application.database.write() as connection:
        user = _other(connection, request)
        users.change(connection, user.id, disabled_at=application.clock())
        sessions.end_all(connection, user.id)
    return RedirectResponse("/users", 303)


def enable(request: Request) -> Response:
    """The user may come in again."""
    with application_of(request).database.write() as connection:
        users.change(connection, _named(connection, request).id, disabled_at=None)
    return RedirectResponse("/users", 303)


def _shown(
    request: Request, *, problem: str | None = None, secret: tuple[str, str] | None = None
) -> Response:
    with reading(request) as (connection, _):
        found = users.all_of(connection)
    response = show(
        request,
        "users.html",
        status=422 if problem else 200,
        users=found,
        roles=ROLES,
        me=visitor_of(request).user_id,
        problem=problem,
        secret=secret,
    )
    if secret:
        response.headers["Cache-Control"] = "no-store"
    return response


def _role(request: Request) -> str:
    role = form_of(request).get("role", "")
    if role not in ROLES:
        raise UsageError(f"'{role}' is no role; there are: {', '.join(ROLES)}")
    return role


def _refuse_shut(connection: sa.Connection, role: str) -> None:
    if role != "operator" and not users.exist(connection):
        raise UsageError("the first user has to be an operator: nobody else could see to the others")


def _other(connection: sa.Connection, request: Request) -> User:
    """Not oneself: so there is always an operator left."""
    user = _named(connection, request)
    if user.id == visitor_of(request).user_id:
        raise HTTPException(409, "Another operator has to do that to you.")
    return user


def _named(connection: sa.Connection, request: Request) -> User:
    user = users.get(connection, request.path_params["id"])
    if user is None:
        raise HTTPException(404, "There is no such user.")
    return user
