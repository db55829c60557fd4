"""How all stands, in numbers that stay few however many pages there are: for `status`, metrics and alerts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.models import deliveries, delivery_attempts, pages

LONG = timedelta(hours=1)
"""For so long nothing could be delivered before it is called trouble: the first five tries fall into it."""


@dataclass(frozen=True, slots=True)
class Watch:
    """The pages: how many in each state (`Page.state`), how many wait for their look, and since when."""

    states: Mapping[str, int]
    due: int
    oldest_due: datetime | None
    next_look: datetime | None
    last_look: datetime | None


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Messages of one channel that were due long ago, where none of that channel went out since."""

    channel: str
    since: datetime
    messages: int
    targets: int
    tried: bool
    answer: str | None


def watch(connection: sa.Connection, now: datetime) -> Watch:
    """How the pages stand."""
    at = pages.c.next_check_at
    is_due = (pages.c.paused_at.is_(None), at <= now)
    # each from an index of its own
    times = sa.select(
        sa.select(sa.func.count()).select_from(pages).where(*is_due).scalar_subquery(),
        sa.select(sa.func.min(at)).where(*is_due).scalar_subquery(),
        sa.select(sa.func.min(at)).where(pages.c.paused_at.is_(None), at > now).scalar_subquery(),
        sa.select(sa.func.max(pages.c.last_check_at)).scalar_subquery(),
    )
    return Watch(_states(connection), *connection.execute(times).one())


def undelivered(connection: sa.Connection, now: datetime) -> list[Undelivered]:
    """Channels by which nothing could be delivered for long; none where all is well."""
    waiting = (deliveries.c.state == "waiting", deliveries.c.due_at <= now - LONG)
    query = (
        sa.select(
            deliveries.c.channel,
            sa.func.min(deliveries.c.due_at).label("oldest"),
            sa.func.count().label("messages"),
            sa.func.count(deliveries.c.target.distinct()).label("targets"),
            sa.func.max(deliveries.c.attempts).label("attempts"),
        )
        .where(*waiting)
        .group_by(deliveries.c.channel)
        .order_by(deliveries.c.channel)
    )
    found = []
    for row in connection.execute(query):
        sent = _last_sent(connection, row.channel)
        since = max(row.oldest, sent) if sent else row.oldest
        if now - since >= LONG:
            answer = _last_answer(connection, row.channel)
            found.append(Undelivered(row.channel, since, row.messages, row.targets, row.attempts > 0, answer))
    return found


def size(connection: sa.Connection) -> int:
    """Bytes that the database takes."""
    if connection.dialect.name == "sqlite":
        query = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    else:
        query = "SELECT pg_database_size(current_database())"
    return int(connection.execute(sa.text(query)).scalar_one())


def _states(connection: sa.Connection) -> dict[str, int]:
    """How many pages are in each state, as `Page.state` says it."""
    paused = sa.case((sa.cast(pages.c.spec, sa.Text) == "{}", "not watched"), else_="paused")
    found: dict[str, int] = {}
    for state, test in (
        (pages.c.health, pages.c.paused_at.is_(None)),
        (paused, pages.c.paused_at.is_not(None)),
    ):
        query = sa.select(state, sa.func.count()).where(test, pages.c.merged_into.is_(None)).group_by(state)
        found |= {row[0]: row[1] for row in connection.execute(query)}
    return found


def _last_sent(connection: sa.Connection, channel: str) -> datetime | None:
    """From the log's end, where it is found at once while all is well."""
    query = (
        sa.select(delivery_attempts.c.at)
        .join(deliveries, deliveries.c.id == delivery_attempts.c.delivery_id)
        .where(delivery_attempts.c.outcome == "sent", deliveries.c.channel == channel)
        .order_by(delivery_attempts.c.id.desc())
    )
    return connection.execute(query.limit(1)).scalar()


def _last_answer(connection: sa.Connection, channel: str) -> str | None:
    query = sa.select(deliveries.c.answer).where(
        deliveries.c.state == "waiting", deliveries.c.channel == channel, deliveries.c.answer.is_not(None)
    )
    return connection.execute(query.order_by(deliveries.c.next_attempt_at.desc()).limit(1)).scalar()
