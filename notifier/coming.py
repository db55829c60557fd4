"""What comes up, as the pages say at a moment: a digest's list of meetings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from config.watchlist import Subscription
from diffing.composing import Composed, compose
from diffing.payload import in_json
from notifier.scope import Scope
from storage import links, queries
from storage.pages import Page
from storage.records import Event

MOST_DATED = 60
MOST_UNDATED = 30


def coming(
    connection: sa.Connection,
    pages: Sequence[Page],
    moment: datetime,
    first_day: date,
    length: timedelta,
    subscription: Subscription,
) -> dict[str, Any]:
    """Meetings of the days from the first on, each once whatever pages name it, as plain values; then those undated."""
    answers = queries.as_of(connection, "event", pages, moment)
    entity_of = links.entities(connection, {answer.record_id for answer in answers})
    scope, page_of = Scope(subscription), {page.url: page for page in pages}
    composed = compose(answers, entity_of)
    found = [each for each in composed if scope.holds(each.shown.record, page_of[each.shown.page])]
    last_day = first_day + length
    dated = [
        each for each in found if queries.held_in(each.shown, first_day.isoformat(), last_day.isoformat())
    ]
    undated = [each for each in found if not getattr(each.shown.record, "starts_on", None)]
    return {
        "days": length.days,
        "dated": _told(sorted(dated, key=_by_day), MOST_DATED),
        "undated": _told(undated, MOST_UNDATED),
        "more": max(len(dated) - MOST_DATED, 0) + max(len(undated) - MOST_UNDATED, 0),
    }


def _by_day(each: Composed) -> tuple[str, str]:
    record = each.shown.record
    assert isinstance(record, Event)
    return record.starts_on or "", record.title


def _told(found: Sequence[Composed], most: int) -> list[dict[str, Any]]:
    return [_plain(each.to_json()) for each in found[:most]]


def _plain(value: Any) -> Any:
    """As JSON has it: times in ISO 8601."""
    if isinstance(value, datetime):
        return in_json(value)
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
