"""Have a page looked at now, and see whether the look came."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from diffing.payload import in_json
from storage.pages import Page
from storage.work import leases
from wgwatch.watching import resting
from wgwatch.watching.looking_now import TooSoon, look_now
from wgwatch.web.asked import application_of, moment, reading
from wgwatch.web.pages.answers import page_of
from wgwatch.web.templating import show
from wgwatch.web.visitors import visitor_of


def ask(request: Request) -> Response:
    """Make the page due. Where that would not be polite it says when it can be."""
    application = application_of(request)
    with application.database.write() as connection:
        page = page_of(connection, request)
        try:
            said = f"asked={in_json(look_now(connection, page.id, application.clock()).at)}"
        except TooSoon as error:
            said = f"soon={in_json(error.at)}"
    return RedirectResponse(f"/pages/{page.id}?{said}", status_code=303)


def pause(request: Request) -> Response:
    """Look at it no more until it is resumed."""
    application = application_of(request)
    with application.database.write() as connection:
        page = page_of(connection, request)
        resting.pause(connection, page.id, visitor_of(request).name, application.clock())
    return RedirectResponse(f"/pages/{page.id}?done=paused", status_code=303)


def resume(request: Request) -> Response:
    """Look at it again, at once."""
    application = application_of(request)
    with application.database.write() as connection:
        page = resting.resume(connection, page_of(connection, request).id, application.clock())
    assert page.next_check_at is not None  # it is due now
    return RedirectResponse(f"/pages/{page.id}?asked={in_json(page.next_check_at)}", status_code=303)


def look(request: Request) -> Response:
    """Whether it came: a part of the page."""
    with reading(request) as (connection, _):
        page = page_of(connection, request)
        return show(request, "looking.html", page=page, fragment=True, **state(request, connection, page))


def state(request: Request, connection: sa.Connection, page: Page) -> dict[str, Any]:
    """What is to be said of the look that was asked for, if one was."""
    asked, now = moment(request, "asked"), application_of(request).clock()
    return {
        "asked": asked,
        "soon": moment(request, "soon"),
        "is_seen": asked is not None and page.last_check_at is not None and page.last_check_at >= asked,
        "is_due": page.next_check_at is not None and page.next_check_at <= now,
        "is_running": leases.holder(connection, "service", now) is not None,
    }
