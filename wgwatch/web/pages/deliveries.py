"""Messages: what was promised to whom, every try, and sending one again."""

from __future__ import annotations

from urllib.parse import urlencode

import sqlalchemy as sa
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.errors import UsageError
from storage import deliveries
from storage.asking import browsing
from storage.deliveries import STATES, Delivery
from wgwatch.web.asked import application_of, reading, word
from wgwatch.web.templating import show

PIECE = 60


def listed(request: Request) -> Response:
    """Messages, the newest first."""
    state = word(request, "state")
    if state is not None and state not in STATES:
        raise UsageError(f"'{state}' is no state of a message; there are: {', '.join(STATES)}")
    with reading(request) as (connection, _):
        found = browsing.deliveries_before(
            connection, state=state, before=word(request, "before"), limit=PIECE
        )
        counts = deliveries.tallies(connection)
    older = urlencode({**request.query_params, "before": found[-1].id}) if len(found) == PIECE else None
    return show(
        request,
        "deliveries.html",
        deliveries=found,
        counts=counts,
        states=STATES,
        state=state,
        older=f"?{older}" if older else None,
    )


def delivery_page(request: Request) -> Response:
    """One message: what it tells, and every try."""
    with reading(request) as (connection, _):
        found = _delivery(connection, request)
        return show(
            request,
            "delivery.html",
            delivery=found,
            attempts=deliveries.attempts_of(connection, found.id),
            done=word(request, "done"),
        )


def retry(request: Request) -> Response:
    """Send it (again) at the next round, under its old id."""
    application = application_of(request)
    with application.database.write() as connection:
        found = _delivery(connection, request)
        done = deliveries.again(connection, found.id, application.clock())
    return _back(found, "again" if done else "sent")


def discard(request: Request) -> Response:
    """Never send it."""
    with application_of(request).database.write() as connection:
        found = _delivery(connection, request)
        done = deliveries.discard(connection, found.id)
    return _back(found, "discarded" if done else "sent")


def _back(found: Delivery, done: str) -> Response:
    return RedirectResponse(f"/deliveries/{found.id}?done={done}", status_code=303)


def _delivery(connection: sa.Connection, request: Request) -> Delivery:
    found = deliveries.find(connection, request.path_params["id"])
    if found is None:
        raise HTTPException(404, "No message has this id.")
    return found
