"""A watched page: its versions and changes over the years, and any two versions compared."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

import sqlalchemy as sa
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from config.errors import ReadError, RemovedError
from storage import pages
from storage.asking import browsing, looks, queries
from storage.pages import Page
from storage.watched import additions, rests
from wgwatch.cli.times import period as in_words
from wgwatch.past import asking, comparing, rendering, versions
from wgwatch.web import listing
from wgwatch.web.asked import application_of, in_our_words, moment, period, reading, word
from wgwatch.web.memento import timemap_of
from wgwatch.web.pages import looking
from wgwatch.web.pages.answers import page_of
from wgwatch.web.templating import show
from wgwatch.web.timeline import timeline
from wgwatch.web.visitors import Role, visitor_of

VERSIONS = 40
CHANGES = 12
BAD = 40
"""Runs of looks that did not count, as the table lists them."""


def page(request: Request) -> Response:
    """How a page fares, its picture over the years, its versions, and the looks that did not count."""
    during = period(request, "during")
    since, until = during or (None, None)
    with reading(request) as (connection, now):
        found = page_of(connection, request)
        taken, changes = browsing.moments_of(connection, found.id)
        bad = looks.bad_runs(connection, found.id)
        before = moment(request, "before") or until
        kept = browsing.captures_before(connection, found.id, before, VERSIONS, since=since)
        more = {**request.query_params, "before": kept[-1].first_seen_at.isoformat()} if kept else {}
        told = browsing.changes_before(
            connection, page_ids=[found.id], since=since, until=until, limit=CHANGES
        )
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
            picture=timeline(taken, changes, now, bad),
            during=during,
            silence=_silence(connection, found, during) if during else None,
            versions=kept,
            timemap=timemap_of(found.url),
            number=len(taken),
            older=f"?{urlencode(more)}" if len(kept) == VERSIONS else None,
            bad=[run for run in bad if during is None or (run.first <= during[1] and run.last >= during[0])],
            most_bad=BAD,
            days=listing.by_day(told),
        )


def _silence(
    connection: sa.Connection, page: Page, during: tuple[datetime, datetime]
) -> asking.Silence | None:
    """Where nobody looked in a period: when they did. Raises WgwatchError where nothing is known of it at all."""
    versions.at(connection, page, during[1])
    if queries.looked_in(connection, [page], *during):
        return None
    around = queries.looks_around(connection, [page], during[0])[page.id]
    return asking.Silence(f"no look {in_words(*during)}", around.last, around.following, (), ())


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
