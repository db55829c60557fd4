"""Changes: the newest first, and one with all that is known of it."""

from __future__ import annotations

from typing import Any

from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.requests import Request

from storage import changes
from storage.asking import browsing
from wgwatch.web.api.operations import Asked, Operation
from wgwatch.web.api.paging import Piece, cursor, lost, place
from wgwatch.web.api.parameters import Kind, Listed, Since, Text, Until
from wgwatch.web.api.schemas import named
from wgwatch.web.asked import reading
from wgwatch.web.groups import pages_called


class Changes(Listed):
    """Which changes."""

    kind: tuple[Kind, ...] = Field(
        default=(), description="Only of these kinds: event.moved, or all of event; repeatable."
    )
    group: Text | None = Field(
        default=None, description="Only of this group, by acronym or name.", examples=["HWG"]
    )
    source: Text | None = Field(default=None, description="Only of this source.", examples=["harbour"])
    since: Since | None = Field(default=None, description="First seen on this day or later.")
    until: Until | None = Field(default=None, description="First seen on this day or earlier.")


class OneChange(Asked):
    """A change by its id."""

    id: Text = Field(description="The change's id.")


def listed(request: Request, asked: Changes) -> Piece:
    """By when their new state was first seen."""
    after = place(asked.after, str)
    with reading(request) as (connection, _):
        if after is not None and changes.get(connection, after[0]) is None:
            raise lost()
        found = browsing.changes_before(
            connection,
            page_ids=[page.id for page in pages_called(connection, asked.group)] if asked.group else None,
            source=asked.source,
            kinds=asked.kind,
            since=asked.since,
            until=asked.until,
            before=after[0] if after else None,
            limit=asked.limit + 1,
        )
    shown = found[: asked.limit]
    return Piece(
        [change.to_json() for change in shown], cursor(shown[-1].id) if len(found) > asked.limit else None
    )


def one(request: Request, asked: OneChange) -> dict[str, Any]:
    """One change."""
    with reading(request) as (connection, _):
        found = changes.get(connection, asked.id)
    if found is None:
        raise HTTPException(404, "No change has this id.")
    return found.to_json()


OPERATIONS = (
    Operation(
        name="list_changes",
        path="/changes",
        asks=listed,
        takes=Changes,
        listing=True,
        summary="What changed, told or not, the newest first.",
        says=named("Change"),
    ),
    Operation(
        name="get_change",
        path="/changes/{id}",
        asks=one,
        takes=OneChange,
        summary="One change: old and new, when each was seen, what proves it.",
        says=named("Change"),
    ),
)
