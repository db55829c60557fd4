"""The state of things, trouble first: what `wgwatch status` says."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from storage import changes, deliveries, holds, leases, overview, pages
from wgwatch.alarm import sentence
from wgwatch.cli.output import size_in_words
from wgwatch.cli.status import why
from wgwatch.spending import limits, reasons
from wgwatch.web.asked import application_of, reading
from wgwatch.web.templating import show

SHOWN = 30


def status(request: Request) -> Response:
    """Pages in trouble first, and everything in numbers."""
    database = application_of(request).database
    with reading(request) as (connection, now):
        watch = overview.watch(connection, now)
        found = pages.troubled_first(connection, SHOWN)
        said = reasons(connection, found, now)
        owner = leases.holder(connection, "service", now)
        return show(
            request,
            "status.html",
            trouble=[
                *(str(hold) for hold in [holds.held(connection)] if hold),
                *(sentence(each) for each in overview.undelivered(connection, now)),
            ],
            watch=watch,
            pages=found,
            why={page.id: why(page, said.get(page.id)) for page in found},
            more=max(sum(watch.states.values()) - len(found), 0),
            database=database.name,
            schema=database.schema(),
            size=size_in_words(overview.size(connection)),
            owner=owner.split("/") if owner else None,
            changes=changes.tallies(connection),
            deliveries=deliveries.tallies(connection),
            limits=limits(connection, found, now),
        )
