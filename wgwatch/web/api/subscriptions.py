"""Subscriptions: who hears of what. Members see and make their own, operators all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from config.stored import read_back
from storage.sending import silenced
from storage.watched.subscriptions import Stored
from wgwatch import shapes
from wgwatch.cli.output import json_text
from wgwatch.watching import subscribing
from wgwatch.watching.rehearsing import would_send
from wgwatch.watching.subscribing import Made, NotHere
from wgwatch.web.api.answers import answered
from wgwatch.web.api.operations import BASE, JSON, Asked, Nothing, Operation
from wgwatch.web.api.paging import Piece, cursor, place
from wgwatch.web.api.parameters import Listed, Since, Text
from wgwatch.web.api.schemas import WRITTEN_SUBSCRIPTION, named
from wgwatch.web.asked import application_of, reading
from wgwatch.web.visitors import Role, visitor_of

MONTH, YEAR = timedelta(days=30), timedelta(days=366)


class OneSubscription(Asked):
    """A subscription by its name."""

    name: Text = Field(description="The subscription's name.", examples=["newsroom"])


class Rehearsed(Listed):
    """A subscription over the past."""

    name: Text = Field(description="The subscription's name.", examples=["newsroom"])
    since: Since | None = Field(
        default=None, description="From this day on, at most a year ago; else a month ago."
    )


def listed(request: Request, asked: Listed) -> Piece:
    """In the order in which they were made."""
    after = place(asked.after, int)
    with reading(request) as (connection, _):
        found = subscribing.visible(connection, visitor_of(request))
        rest = sorted((one for one in found if after is None or one.id > after[0]), key=lambda one: one.id)
        shown = rest[: asked.limit]
        items = [_shape(connection, one) for one in shown]
    return Piece(items, cursor(shown[-1].id) if len(rest) > asked.limit else None)


def one(request: Request, asked: OneSubscription) -> dict[str, Any]:
    """One of them."""
    with reading(request) as (connection, _):
        return _shape(connection, _visible(connection, request, asked.name))


def make(request: Request, _: Asked, said: Mapping[str, Any]) -> Response:
    """A new one, written as in the watchlist; the secret of a webhook is shown now and never again."""
    application = application_of(request)
    with application.database.write() as connection:
        made = subscribing.make(
            connection,
            application.settings,
            visitor_of(request),
            said,
            origin="api",
            now=application.clock(),
        )
        shape = _made(connection, made)
    where = {"Location": f"{BASE}/subscriptions/{quote(made.stored.name)}"}
    return answered(request, json_text(shape).encode() + b"\n", JSON, status=201, headers=where)


def change(request: Request, asked: OneSubscription, said: Mapping[str, Any]) -> dict[str, Any]:
    """What it is to be from now on, as a whole."""
    application = application_of(request)
    with application.database.write() as connection, _in_the_file():
        stored = _visible(connection, request, asked.name)
        made = subscribing.change(
            connection, application.settings, visitor_of(request), stored.name, said, application.clock()
        )
        return _made(connection, made)


def remove(request: Request, asked: OneSubscription) -> Response:
    """It hears nothing more."""
    application = application_of(request)
    with application.database.write() as connection, _in_the_file():
        stored = _visible(connection, request, asked.name)
        subscribing.remove(
            connection, application.settings, visitor_of(request), stored.name, application.clock()
        )
    return Response(status_code=204)


def pause(request: Request, asked: OneSubscription) -> dict[str, Any]:
    """It hears nothing until it is resumed."""
    application = application_of(request)
    with application.database.write() as connection:
        name = _visible(connection, request, asked.name).name
        return _shape(
            connection, subscribing.pause(connection, visitor_of(request), name, application.clock())
        )


def resume(request: Request, asked: OneSubscription) -> dict[str, Any]:
    """It hears of what is found from now on."""
    application = application_of(request)
    with application.database.write() as connection:
        name = _visible(connection, request, asked.name).name
        return _shape(
            connection, subscribing.resume(connection, visitor_of(request), name, application.clock())
        )


def preview(request: Request, asked: Rehearsed) -> Piece:
    """What it would have sent over the past, message by message; nothing is sent."""
    done = (place(asked.after, int) or (0,))[0]
    with reading(request) as (connection, now):
        since = max(asked.since or now - MONTH, now - YEAR)
        declared = read_back(_visible(connection, request, asked.name).spec)
        found, _ = would_send(connection, declared, application_of(request).rules(), since, now)
    last = done + asked.limit
    notes = ["Only the last year was looked at."] if asked.since and since > asked.since else []
    shown = [shapes.of_preview(each) for each in found[done:last]]
    return Piece(shown, cursor(last) if len(found) > last else None, notes)


@contextmanager
def _in_the_file() -> Iterator[None]:
    """What the watchlist file declares is changed there."""
    try:
        yield
    except NotHere as error:
        raise HTTPException(409, str(error)) from error


def _visible(connection: sa.Connection, request: Request, name: str) -> Stored:
    found = subscribing.visible(connection, visitor_of(request))
    stored = next((each for each in found if each.name.casefold() == name.casefold()), None)
    if stored is None:
        raise HTTPException(404, f"There is no subscription '{name}'.")
    return stored


def _shape(connection: sa.Connection, stored: Stored) -> dict[str, Any]:
    return shapes.of_subscription(
        stored, silenced.all_unsubscribed(connection), silenced.all_gone(connection)
    )


def _made(connection: sa.Connection, made: Made) -> dict[str, Any]:
    shown = {"secret": made.secret.get_secret_value()} if made.secret else {}
    return {**_shape(connection, made.stored), **shown}


def _operation(name: str, path: str, asks: Any, summary: str, **more: Any) -> Operation:
    said = {
        "takes": OneSubscription,
        "role": Role.MEMBER,
        "scope": "subscribe",
        "says": named("Subscription"),
    }
    return Operation(name=name, path=f"/subscriptions{path}", asks=asks, summary=summary, **{**said, **more})


OPERATIONS = (
    _operation(
        "list_subscriptions",
        "",
        listed,
        "Who hears of what: one's own; for an operator all.",
        takes=Listed,
        listing=True,
    ),
    _operation(
        "make_subscription",
        "",
        make,
        "Make a subscription, written as in the watchlist. A webhook's secret is shown this once.",
        takes=Nothing,
        method="POST",
        body=WRITTEN_SUBSCRIPTION,
        status=201,
    ),
    _operation("get_subscription", "/{name}", one, "One subscription."),
    _operation(
        "change_subscription",
        "/{name}",
        change,
        "Put another one in its place, as a whole. One of the watchlist file is changed there.",
        method="PUT",
        body=WRITTEN_SUBSCRIPTION,
        may=(409,),
    ),
    _operation(
        "remove_subscription",
        "/{name}",
        remove,
        "It hears nothing more. One of the watchlist file is taken out there.",
        method="DELETE",
        status=204,
        may=(409,),
    ),
    _operation(
        "preview_subscription",
        "/{name}/preview",
        preview,
        "What it would have sent over the past, message by message. Nothing is sent.",
        takes=Rehearsed,
        listing=True,
        says=named("Preview"),
    ),
    _operation(
        "pause_subscription", "/{name}/pause", pause, "Tell it nothing until it is resumed.", method="POST"
    ),
    _operation("resume_subscription", "/{name}/resume", resume, "Tell it again, from now on.", method="POST"),
)
