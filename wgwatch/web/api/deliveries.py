"""Messages: what was promised to whom, every try; sending one again, or never."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.requests import Request

from storage import deliveries
from storage.asking import browsing
from wgwatch import shapes
from wgwatch.web.api.operations import Asked, Operation
from wgwatch.web.api.paging import Piece, cursor, lost, place
from wgwatch.web.api.parameters import Listed, Text
from wgwatch.web.api.schemas import named
from wgwatch.web.asked import application_of, reading
from wgwatch.web.visitors import Role


class Deliveries(Listed):
    """Which messages."""

    state: Literal["waiting", "sent", "dead", "discarded"] | None = Field(
        default=None, description="Only in this state.", examples=["dead"]
    )


class OneDelivery(Asked):
    """A message by its id."""

    id: Text = Field(description="The message's id.")


def listed(request: Request, asked: Deliveries) -> Piece:
    """The newest first."""
    after = place(asked.after, str)
    with reading(request) as (connection, _):
        if after is not None and deliveries.find(connection, after[0]) is None:
            raise lost()
        found = browsing.deliveries_before(
            connection, state=asked.state, before=after[0] if after else None, limit=asked.limit + 1
        )
    shown = found[: asked.limit]
    return Piece(
        [shapes.of_delivery(each) for each in shown],
        cursor(shown[-1].id) if len(found) > asked.limit else None,
    )


def one(request: Request, asked: OneDelivery) -> dict[str, Any]:
    """One message with what it tells and every try."""
    with reading(request) as (connection, _):
        return _whole(connection, asked.id)


def retry(request: Request, asked: OneDelivery) -> dict[str, Any]:
    """Send it (again) at the next round, under its id."""
    application = application_of(request)
    with application.database.write() as connection:
        found = _whole(connection, asked.id)
        if not deliveries.again(connection, found["id"], application.clock()):
            raise HTTPException(409, "It was sent already.")
        return _whole(connection, found["id"])


def discard(request: Request, asked: OneDelivery) -> dict[str, Any]:
    """Never send it."""
    with application_of(request).database.write() as connection:
        found = _whole(connection, asked.id)
        if not deliveries.discard(connection, found["id"]):
            raise HTTPException(409, "It was sent or discarded already.")
        return _whole(connection, found["id"])


def _whole(connection: sa.Connection, wanted: str) -> dict[str, Any]:
    found = shapes.of_whole_delivery(connection, wanted)
    if found is None:
        raise HTTPException(404, "No message has this id.")
    return found


OPERATIONS = (
    Operation(
        name="list_deliveries",
        path="/deliveries",
        asks=listed,
        takes=Deliveries,
        listing=True,
        role=Role.OPERATOR,
        scope="operate",
        summary="Messages by state, the newest first.",
        says=named("Delivery"),
    ),
    Operation(
        name="get_delivery",
        path="/deliveries/{id}",
        asks=one,
        takes=OneDelivery,
        role=Role.OPERATOR,
        scope="operate",
        summary="One message with what it tells and every try.",
        says=named("Delivery"),
    ),
    Operation(
        name="retry_delivery",
        path="/deliveries/{id}/retry",
        asks=retry,
        takes=OneDelivery,
        method="POST",
        role=Role.OPERATOR,
        scope="operate",
        may=(409,),
        summary="Send a message (again) at the next round, under its id.",
        says=named("Delivery"),
    ),
    Operation(
        name="discard_delivery",
        path="/deliveries/{id}/discard",
        asks=discard,
        takes=OneDelivery,
        method="POST",
        role=Role.OPERATOR,
        scope="operate",
        may=(409,),
        summary="Never send a message.",
        says=named("Delivery"),
    ),
)
