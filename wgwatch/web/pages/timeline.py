"""A watched page: its versions and changes over the years, and any two versions compared."""

from __future__ import annotations

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from config.errors import ReadError, RemovedError
from storage import additions, browsing, pages, rests
from wgwatch import comparing, rendering, versions
from wgwatch.web import listing
from wgwatch.web.asked import application_of, in_our_words, moment, reading, word
from wgwatch.web.pages import looking
from wgwatch.web.pages.answers import page_of
from wgwatch.web.templating import show
from wgwatch.web.timeline import timeline
from wgwatch.web.visitors import Role, visitor_of

VERSIONS = 40
CHANGES = 12


def page(request: Request) -> Response:
    """How a page fares, its picture over the years, its versions."""
    with reading(request) as (connection, now):
        found = page_of(connection, request)
        looks, changes = browsing.moments_of(connection, found.id)
        before = moment(request, "before")
        kept = browsing.captures_before(connection, found.id, before, VERSIONS)
        return show(
            request,
            "page.html",
            page=found,
            addition=additions.of_page(connection, found.id),
            rest=rests.of_page(connection, found.id),
            done=word(request, "done"),
            may_ask=visitor_of(request).role >= Role.MEMBER,
            is_operator=visitor_of(request).role >= Role.OPERATOR,
            fragment=False,
            **looking.state(request, connection, found),
            addresses=pages.address_urls(connection, found.id),
            picture=timeline(looks, changes, now),
            versions=kept,
            number=len(looks),
            older=kept[-1].first_seen_at.isoformat() if len(kept) == VERSIONS else None,
            days=listing.by_day(browsing.changes_before(connection, page_ids=[found.id], limit=CHANGES)),
        )


def diff(request: Request) -> Response:
    """What differs between any two versions: records first, then words, then the pages side by side."""
    with reading(request) as (connection, _):
        found = page_of(connection, request)
        with in_our_words():
            before, after = versions.two(connection, found, word(request, "from"), word(request, "to"))
        reader = application_of(request).reader_of(found)
        problem = None
        try:
            changes = comparing.compare(connection, found, before, after, reader)
            aligned = comparing.align(connection, before, after)
        except (ReadError, RemovedError) as error:
            changes, aligned, problem = [], (), str(error)
        view = rendering.inline if word(request, "view") == "inline" else rendering.side_by_side
        return show(
            request,
            "diff.html",
            page=found,
            before=before,
            after=after,
            view=word(request, "view") or "side",
            problem=problem,
            records=[change for change in changes if not change.payload["sentences"]],
            texts=[change for change in changes if change.payload["sentences"]],
            list_of=lambda some: Markup(rendering.change_list(some)),  # noqa: S704  # escaped and cleaned there
            versions=Markup(view(aligned)),  # noqa: S704  # escaped and cleaned there
        )
