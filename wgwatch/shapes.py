"""What is known, as plain values: the same from the command line (`--json`) and over HTTP."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from diffing.words import compare
from storage import changes, deliveries, links, pages, register
from storage.asking import overview, queries
from storage.asking.overview import Watch
from storage.captures import Capture
from storage.changes import Change
from storage.deliveries import Delivery
from storage.engine import Database
from storage.pages import Page
from storage.sending import holds
from storage.sending.silenced import Gone, Unsubscribed
from storage.watched.subscriptions import Stored
from storage.work import leases, processes
from wgwatch.running import roster
from wgwatch.running.alarm import shown_target

if TYPE_CHECKING:
    from notifier.preview import Preview


def of_page(page: Page, why: str) -> dict[str, Any]:
    """A page and how it fares; `why` its next look comes when it does."""
    return {
        "id": page.id,
        "page": page.label,
        "url": page.url,
        "sources": list(page.sources),
        "origin": page.origin,
        "health": page.state,
        "reason": page.health_reason,
        "suspect_since": page.suspect_since,
        "suspect_looks": page.suspect_looks,
        "last_look": page.last_check_at,
        "last_good_look": page.last_good_at,
        "last_change": page.last_change_at,
        "next_look": page.next_check_at,
        "looks": page.arrivals,
        "why": why,
    }


def of_capture(capture: Capture) -> dict[str, Any]:
    """A version of a page."""
    return {
        "id": capture.id,
        "first_seen": capture.first_seen_at,
        "last_seen": capture.last_seen_at,
        "looks": capture.looks,
        "bytes": capture.size,
        "sha256": capture.sha256,
        "address": capture.address,
        "content_type": capture.content_type,
    }


def of_difference(change: Change) -> dict[str, Any]:
    """A change between any two versions, with the words that differ beside each pair of sentences."""
    pairs = change.payload["sentences"]
    marked = [[run.to_json() for run in compare(was, now)] if was and now else [] for was, now in pairs]
    return {**change.to_json(), "words": marked}


def of_record(connection: sa.Connection, wanted: str) -> dict[str, Any] | None:
    """A record over all pages that show it: every version and change. None where there is none of that id."""
    record_id = register.resolve(connection, wanted)
    entity = links.entities(connection, [record_id]).get(record_id, record_id)
    members = links.members(connection, [entity]) or {record_id}
    versions = links.versions_of(connection, members)
    if not versions:
        return _not_read(connection, record_id)
    told = [change for member in sorted(members) for change in changes.find(connection, record_id=member)]
    on = {page.id: page for page in pages.get_all(connection, sorted({row.page_id for row in versions}))}
    return {
        "id": entity,
        "kind": versions[-1].kind,
        "label": versions[-1].label,
        "pages": [on[page_id].url for page_id in dict.fromkeys(row.page_id for row in versions)],
        "versions": [_version(row, on[row.page_id]) for row in versions],
        "changes": _told(sorted(told, key=lambda change: change.first_seen_after)),
    }


def of_delivery(delivery: Delivery) -> dict[str, Any]:
    """A message, without what may be secret in its target."""
    return {
        "id": delivery.id,
        "channel": delivery.channel,
        "target": shown_target(delivery.channel, delivery.target),
        "digest": delivery.digest,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "created_at": delivery.created_at,
        "due_at": delivery.due_at,
        "next_attempt_at": delivery.next_attempt_at,
        "sent_at": delivery.sent_at,
        "answer": delivery.answer,
    }


def of_whole_delivery(connection: sa.Connection, wanted: str) -> dict[str, Any] | None:
    """A message with what it tells and every try; None where there is none of that id."""
    delivery = deliveries.find(connection, wanted)
    if delivery is None:
        return None
    return {
        **of_delivery(delivery),
        "items": [{"change": item.payload, "reasons": item.reasons} for item in delivery.items],
        "log": [
            {"at": attempt.at, "outcome": attempt.outcome, "answer": attempt.answer}
            for attempt in deliveries.attempts_of(connection, delivery.id)
        ],
    }


def of_subscription(stored: Stored, asleep: Iterable[Unsubscribed], gone: Iterable[Gone]) -> dict[str, Any]:
    """A subscription as it was declared, and who of it is not written to."""
    from config.stored import read_back  # with the watchlist's models: other shapes need none of it
    from notifier.planning.listeners import targets_of

    mine = targets_of(read_back(stored.spec))
    return {
        "name": stored.name,
        "origin": stored.origin,
        "paused_at": stored.paused_at,
        **stored.spec,
        "unsubscribed": [
            {"address": one.address, "at": one.at} for one in asleep if one.subscription == stored.name
        ],
        "gone": [
            {
                "channel": one.channel,
                "target": shown_target(one.channel, one.target),
                "at": one.at,
                "reason": one.reason,
            }
            for one in gone
            if (one.channel, one.target) in mine
        ],
    }


def of_preview(message: Preview) -> dict[str, Any]:
    """A message that would have been sent."""
    return {
        "at": message.at,
        "channel": message.channel,
        "to": [shown_target(message.channel, target) for target in message.targets],
        "digest": message.since is not None,
        "since": message.since,
        "changes": [change.to_json() for change in message.changes],
    }


def of_state(
    connection: sa.Connection, database: Database, watch: Watch, spending: Sequence[str], now: datetime
) -> dict[str, Any]:
    """How all stands, but for the pages one by one and what is in trouble."""
    held = holds.held(connection)
    return {
        "database": database.name,
        "schema": database.schema(),
        "size": overview.size(connection),
        "service": leases.holder(connection, "service", now),
        "processes": [roster.to_json(process) for process in processes.listed(connection, now)],
        "held_since": held.since if held else None,
        "health": watch.states,
        "due": watch.due,
        "oldest_due": watch.oldest_due,
        "last_look": watch.last_look,
        "next_look": watch.next_look,
        "changes": changes.counts(connection),
        "deliveries": deliveries.counts(connection),
        "spending": list(spending),
    }


def _version(row: Any, page: Page) -> dict[str, Any]:
    return {
        **row.said,
        "page": page.url,
        "first_seen": row.first_seen_at,
        "last_seen": row.last_seen_at or page.last_good_at,
        "next_look": row.next_look_at,
        "state": row.verdict or queries.SEEN,
    }


def _not_read(connection: sa.Connection, record_id: str) -> dict[str, Any] | None:
    """A record whose id was shown once, and that today's reading rules no longer find in any version of its page."""
    known = register.known(connection, record_id)
    if known is None:
        return None
    told = changes.find(connection, record_id=record_id)
    labels = [c.payload["record"]["label"] for c in told if c.payload.get("record")]
    return {
        "id": record_id,
        "kind": known[1],
        "label": labels[-1] if labels else None,
        "pages": [pages.get(connection, known[0]).url],
        "note": "today's reading rules find no such record in any version of the page",
        "versions": [],
        "changes": _told(told),
    }


def _told(found: Iterable[Change]) -> list[dict[str, Any]]:
    return [{"id": change.id, "kind": change.kind, "summary": change.summary} for change in found]
