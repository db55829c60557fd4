"""Events that a page states as data (JSON-LD, schema.org Event): what it says there needs no guessing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from crawler.extract.dates import read_day
from storage.document import Document
from storage.records import Event

STATUS = {"EventCancelled": "cancelled", "EventPostponed": "postponed", "EventRescheduled": "rescheduled"}
MODES = {"OnlineEventAttendanceMode": "online", "MixedEventAttendanceMode": "hybrid"}
MOST_NODES = 5000


def structured_events(document: Document) -> list[Event]:
    """The events of all the page's JSON-LD; what is broken or of no known shape is passed over."""
    found = (_event(node) for text in document.data for node in _nodes(text))
    return [event for event in found if event is not None]


def _nodes(text: str) -> Iterator[dict[str, Any]]:
    try:
        waiting = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    for _ in range(MOST_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting[:0] = node[:MOST_NODES]
        elif isinstance(node, dict):
            yield node
            waiting.extend(
                v
                for k, v in node.items()
                if k in {"@graph", "itemListElement", "item", "subEvent", "event", "events"}
            )


def _event(node: dict[str, Any]) -> Event | None:
    kinds = node.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    title, starts_on = _text(node.get("name")), read_day(_text(node.get("startDate")) or "")
    if not title or not any(isinstance(kind, str) and kind.endswith("Event") for kind in kinds):
        return None
    ends_on = read_day(_text(node.get("endDate")) or "")
    where = node.get("location")
    where = where[0] if isinstance(where, list) and where else where
    where = where if isinstance(where, dict) else {"name": _text(where)}
    address = where.get("address")
    address = address if isinstance(address, dict) else {}
    return Event(
        title=title,
        starts_on=starts_on,
        ends_on=ends_on if ends_on != starts_on else None,
        city=_text(address.get("addressLocality")),
        region=_text(address.get("addressRegion")),
        economy=_text(address.get("addressCountry")),
        venue=_text(where.get("name")),
        mode=MODES.get(_last(node.get("eventAttendanceMode"))),
        link=_text(node.get("url")),
        status=STATUS.get(_last(node.get("eventStatus"))),
        section="events",
    )


def _text(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("name")
    return " ".join(value.split()) or None if isinstance(value, str) else None


def _last(value: Any) -> str:
    return value.rsplit("/", 1)[-1] if isinstance(value, str) else ""
