"""The state of things, trouble first: what `wgwatch status` says."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from storage import changes, deliveries, pages
from storage.asking import overview
from storage.work import leases, processes
from wgwatch.cli.output import size_in_words
from wgwatch.cli.status import why
from wgwatch.running import roster
from wgwatch.running.trouble import troubles
from wgwatch.watching.spending import limits, reasons
from wgwatch.web.asked import application_of, reading
from wgwatch.web.templating import show
from wgwatch.web.visitors import Role, visitor_of

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
            trouble=troubles(connection, now) if visitor_of(request).role is Role.OPERATOR else [],
            watch=watch,
            pages=found,
            why={page.id: why(page, said.get(page.id)) for page in found},
            more=max(sum(watch.states.values()) - len(found), 0),
            database=database.name,
            schema=database.schema(),
            size=size_in_words(overview.size(connection)),
            at_work=roster.lines(processes.listed(connection, now)),
            owner=owner.split("/") if owner else None,
            changes=changes.tallies(connection),
            deliveries=deliveries.tallies(connection),
            limits=limits(connection, found, now),
        )
