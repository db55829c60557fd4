"""The state of things: what `wgwatch status` says."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from storage import pages
from storage.asking import overview
from wgwatch import shapes
from wgwatch.running.trouble import troubles
from wgwatch.watching.spending import limits
from wgwatch.web.api.operations import Nothing, Operation
from wgwatch.web.api.pages import shaped
from wgwatch.web.api.schemas import named
from wgwatch.web.asked import application_of, reading
from wgwatch.web.visitors import Role, visitor_of

SHOWN = 30
"""Pages, those in trouble first; the others are among the pages."""


def status(request: Request, _: Nothing) -> dict[str, Any]:
    """Trouble, everything in numbers, and the first pages."""
    database = application_of(request).database
    with reading(request) as (connection, now):
        found = pages.troubled_first(connection, SHOWN)
        watch = overview.watch(connection, now)
        state = shapes.of_state(connection, database, watch, limits(connection, found, now), now)
        trouble = troubles(connection, now) if visitor_of(request).role is Role.OPERATOR else []
        return {**state, "trouble": trouble, "pages": shaped(request, connection, found)}


OPERATIONS = (
    Operation(
        name="get_status",
        path="/status",
        asks=status,
        summary=f"How all stands: trouble first (for operators), numbers, and the {SHOWN} pages that need a look most.",
        says=named("Status"),
    ),
)
