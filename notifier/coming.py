"""What comes up, as the pages say at a moment: a digest's list of meetings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from config.watchlist import Subscription
from diffing.composing import Composed, compose
from diffing.payload import in_json
from notifier.planning.scope import Scope
from storage import links
from storage.asking import queries
from storage.asking.queries import Answer
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
    days = (first_day.isoformat(), (first_day + length).isoformat())
    scope, page_of = Scope(subscription), {page.url: page for page in pages}
    composed = _composed(connection, queries.as_of(connection, "event", pages, moment), days)
    found = [each for each in composed if scope.holds(each.shown.record, page_of[each.shown.page])]
    dated = [each for each in found if queries.held_in(each.shown, *days)]
    undated = [each for each in found if not _has_date(each.shown)]
    return {
        "days": length.days,
        "dated": _told(sorted(dated, key=_by_day), MOST_DATED),
        "undated": _told(undated, MOST_UNDATED),
        "more": max(len(dated) - MOST_DATED, 0) + max(len(undated) - MOST_UNDATED, 0),
    }


def _composed(connection: sa.Connection, answers: Sequence[Answer], days: tuple[str, str]) -> list[Composed]:
    """Those meetings that any page puts into these days, or gives no day: few, where many are long past."""
    entity_of = links.entities(connection, {answer.record_id for answer in answers})
    wanted = {
        entity_of.get(answer.record_id, answer.record_id)
        for answer in answers
        if not _has_date(answer) or queries.held_in(answer, *days)
    }
    mine = [a for a in answers if entity_of.get(a.record_id, a.record_id) in wanted]
    return compose(mine, entity_of)


def _has_date(answer: Answer) -> bool:
    return bool(getattr(answer.record, "starts_on", None))


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
