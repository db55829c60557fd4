"""Pages that programs have watched, or looked at now."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from config.errors import UsageError
from wgwatch.cli.output import json_text
from wgwatch.watching import adding, looking_now
from wgwatch.watching.adding import AlreadyWatched
from wgwatch.watching.looking_now import TooSoon
from wgwatch.web.api.answers import answered
from wgwatch.web.api.operations import BASE, JSON, Asked, Operation
from wgwatch.web.api.pages import OnePage, page_of, shaped
from wgwatch.web.api.schemas import FLAG, TIME, URL, WRITTEN_PAGE, named, thing
from wgwatch.web.asked import application_of
from wgwatch.web.visitors import Role, visitor_of


def add(request: Request, _: Asked, said: Mapping[str, Any]) -> Response:
    """Watch one more page, from now on."""
    application = application_of(request)
    watchlist, networks = application.watchlist(), application.settings.allow_networks
    by, now = visitor_of(request).name, application.clock()
    with application.database.write() as connection:
        try:
            page = adding.add(connection, said, watchlist, networks, origin="api", by=by, now=now)
        except AlreadyWatched as error:
            raise HTTPException(409, str(error)) from error
        [shape] = shaped(request, connection, [page])
    where = {"Location": f"{BASE}/pages/{page.id}"}
    return answered(request, json_text(shape).encode() + b"\n", JSON, status=201, headers=where)


def remove(request: Request, asked: OnePage) -> Response:
    """Look no more at a page that was added; its history stays."""
    application = application_of(request)
    with application.database.write() as connection:
        page = page_of(connection, request, asked.id)
        try:
            adding.remove(connection, page.id, application.clock())
        except UsageError as error:
            raise HTTPException(409, str(error)) from error
    return Response(status_code=204)


def look(request: Request, asked: OnePage) -> Response:
    """Have a page looked at as soon as it is polite."""
    application = application_of(request)
    now = application.clock()
    with application.database.write() as connection:
        page = page_of(connection, request, asked.id)
        try:
            found = looking_now.look_now(connection, page.id, now)
        except TooSoon as error:
            raise HTTPException(429, str(error), {"Retry-After": _seconds(error.at, now)}) from error
        except UsageError as error:
            raise HTTPException(409, str(error)) from error
    shape = {"page": page.label, "url": page.url, "at": found.at, "is_running": found.is_running}
    return answered(request, json_text(shape).encode() + b"\n", JSON, status=202)


def _seconds(until: datetime, now: datetime) -> str:
    return str(max(1, math.ceil((until - now).total_seconds())))


OPERATIONS = (
    Operation(
        name="add_page",
        path="/pages",
        asks=add,
        method="POST",
        role=Role.OPERATOR,
        scope="operate",
        body=WRITTEN_PAGE,
        status=201,
        may=(409,),
        summary="Watch one more page, written as in the watchlist. The first look is at once.",
        says=named("Page"),
    ),
    Operation(
        name="remove_page",
        path="/pages/{id}",
        asks=remove,
        takes=OnePage,
        method="DELETE",
        role=Role.OPERATOR,
        scope="operate",
        status=204,
        may=(301, 409),
        summary="Look no more at a page that was added; its history stays.",
        says={},
    ),
    Operation(
        name="check_page",
        path="/pages/{id}/check",
        asks=look,
        takes=OnePage,
        method="POST",
        role=Role.MEMBER,
        scope="check",
        status=202,
        may=(301, 409),
        summary="Have a page looked at as soon as it is polite; the answer says when.",
        says=thing(page={"type": "string"}, url=URL, at=TIME, is_running=FLAG),
    ),
)
