"""The first page: what changed lately, what comes up, whether all is well."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import Response

from storage.asking import browsing
from storage.asking import overview as standing
from storage.watched import subscriptions
from wgwatch.running.trouble import troubles
from wgwatch.web import charts, listing
from wgwatch.web.asked import reading
from wgwatch.web.charts import Chart
from wgwatch.web.coming import events_between
from wgwatch.web.templating import show
from wgwatch.web.visitors import Role, visitor_of

LATELY = 20
"""Changes that are listed."""
CHARTED = 60
"""Days in the chart."""
AHEAD = timedelta(days=180)
COMING = 10


def overview(request: Request) -> Response:
    """What changed lately, what comes up, health at a glance."""
    is_operator = visitor_of(request).role is Role.OPERATOR
    with reading(request) as (connection, now):
        coming = events_between(connection, now.date(), (now + AHEAD).date(), now, most=3 * COMING)
        return show(
            request,
            "overview.html",
            watch=standing.watch(connection, now),
            hears_nobody=is_operator and not subscriptions.has_any(connection),
            trouble=troubles(connection, now) if is_operator else [],
            chart=_chart(connection, now),
            days=listing.by_day(browsing.changes_before(connection, limit=LATELY)),
            coming=coming.events[:COMING],
            ahead=AHEAD.days,
            more_coming=len(coming.events) > COMING or not coming.is_whole,
        )


def _chart(connection: sa.Connection, now: datetime) -> Chart:
    first = now.date() - timedelta(days=CHARTED - 1)
    return charts.by_day(browsing.changes_by_day(connection, first, CHARTED), now.date(), CHARTED)
