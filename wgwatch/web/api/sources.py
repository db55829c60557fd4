"""Sources: what is watched."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.requests import Request

from storage.asking import browsing
from storage.watched import subscriptions
from storage.watched.subscriptions import Stored
from wgwatch.web.api.operations import Asked, Operation
from wgwatch.web.api.paging import Piece, cursor, place
from wgwatch.web.api.parameters import Listed, Text
from wgwatch.web.api.schemas import named
from wgwatch.web.asked import reading


class OneSource(Asked):
    """A source by its name."""

    name: Text = Field(description="The source's name.", examples=["harbour"])


def listed(request: Request, asked: Listed) -> Piece:
    """By name."""
    after = place(asked.after, str)
    with reading(request) as (connection, _):
        found = sorted(subscriptions.sources_of(connection), key=lambda source: source.name)
        rest = [source for source in found if after is None or source.name > after[0]]
        items = [_shape(connection, source) for source in rest[: asked.limit]]
    return Piece(items, cursor(items[-1]["name"]) if len(rest) > asked.limit else None)


def one(request: Request, asked: OneSource) -> dict[str, Any]:
    """One of them."""
    with reading(request) as (connection, _):
        found = {source.name: source for source in subscriptions.sources_of(connection)}
        if asked.name not in found:
            raise HTTPException(404, f"There is no source '{asked.name}'.")
        return _shape(connection, found[asked.name])


def _shape(connection: sa.Connection, source: Stored) -> dict[str, Any]:
    health = browsing.health_of_sources(connection, source.name).get(source.name, {})
    return {
        "name": source.name,
        "origin": source.origin,
        "paused_at": source.paused_at,
        "health": health,
    }


OPERATIONS = (
    Operation(
        name="list_sources",
        path="/sources",
        asks=listed,
        takes=Listed,
        listing=True,
        summary="What is watched, by name, with how many pages are in each health.",
        says=named("Source"),
    ),
    Operation(
        name="get_source",
        path="/sources/{name}",
        asks=one,
        takes=OneSource,
        summary="One source.",
        says=named("Source"),
    ),
)
