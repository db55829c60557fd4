"""Events as iCalendar (RFC 5545, RFC 7986), for Google, Outlook, Apple and whatever else subscribes to calendars.

| the page | the entry |
|---|---|
| names a day, or days | all day, CONFIRMED |
| names hours with a zone | at those hours, in UTC |
| names a month or a year, or says that it is not settled | all of it, TENTATIVE, and nobody is busy |
| says that it is postponed | "Postponed: " in the title, TENTATIVE |
| says that it is cancelled | CANCELLED; or "Cancelled: " in the title, for clients that hide what is cancelled |
| names no date | none: a calendar has no place for it |
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from icalendar import Calendar
from icalendar import Event as Entry
from icalendar.prop import vDuration, vText, vUri

from notifier.formats.addresses import web_address
from notifier.formats.spans import Span, span_of
from notifier.writing.values import moment, plain, shown_span

Record = Mapping[str, Any]
Cancelled = Literal["status", "prefix"]

PRODUCT = "-//wgwatch//wgwatch//EN"
REFRESH = timedelta(hours=6)
LONGEST = 300
CALLED_OFF, POSTPONED, UNSETTLED = "cancelled", "postponed", "tentative"
_OPEN = re.compile(
    r"tentativ|provisional|on hold|\bto be\b|\btb[acd]\b|por definir|confirm[ae]r|待定|未定|暂定|暫定|調整中|미정|잠정",
    re.IGNORECASE,
)
"""Words of pages for what is not settled. What was given a new date (`rescheduled`) is."""


def calendar_of(
    records: Iterable[Record], name: str, *, url: str | None = None, cancelled: Cancelled = "status"
) -> bytes:
    """A calendar of events, as `event_of` takes them; those without a date are left out.

    `name` is what calendar programs call it, `url` where it can be had again.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for key in ("name", "x-wr-calname"):
        calendar[key] = vText(plain(name, LONGEST))
    address = web_address(url)
    if address:
        calendar["url"] = vUri(address)
        calendar["source"] = vUri(address, params={"VALUE": "URI"})
    calendar["refresh-interval"] = vDuration(REFRESH, params={"VALUE": "DURATION"})
    calendar["x-published-ttl"] = vDuration(REFRESH)
    for record in records:
        event = event_of(record, cancelled=cancelled)
        if event is not None:
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def event_of(record: Record, *, cancelled: Cancelled = "status") -> Entry | None:
    """An event's entry, None without a date.

    `record` holds the event's fields and its `id`, which is the UID for ever. `changed_at` (or `first_seen`) is when it
    was first seen so: a time, or its ISO form. Where known: `created_at`, `sequence` (how often its dates, place or
    status were told to have changed), `state` (`seen`, or why the page no longer says it), `page`, `group`.
    """
    span = span_of(record)
    if span is None:
        return None
    changed = _time(record.get("changed_at") or record["first_seen"])
    entry = Entry()
    entry["uid"] = vText(plain(record["id"], LONGEST))
    entry["summary"] = vText(_title(record, cancelled))
    entry.add("dtstart", span.start)
    if span.end > span.start:  # of a meeting whose end is not shown, only the start
        entry.add("dtend", span.end)
    entry.add("dtstamp", changed)
    entry.add("last-modified", changed)
    if record.get("created_at"):
        entry.add("created", _time(record["created_at"]))
    entry.add("sequence", int(record.get("sequence") or 0))
    for key, value in _status(record, span, cancelled).items():
        entry[key] = vText(value)
    for key, text in _words(record, span).items():
        if text:
            entry[key] = vText(text)
    if address := web_address(record.get("link")) or web_address(record.get("page")):
        entry["url"] = vUri(address)
    return entry


def _status(record: Record, span: Span, cancelled: Cancelled) -> dict[str, str]:
    status = _called(record)
    if status == CALLED_OFF:
        told = {"status": "CANCELLED"} if cancelled == "status" else {}
        return {**told, "transp": "TRANSPARENT"}
    if status or not span.exact:
        return {"status": "TENTATIVE", "transp": "TRANSPARENT"}
    return {"status": "CONFIRMED", "transp": "OPAQUE"}


def _called(record: Record) -> str:
    """`cancelled`, `postponed`, `tentative`, or nothing."""
    said = (record.get("state"), record.get("status"))
    for status in (CALLED_OFF, POSTPONED):
        if status in said:
            return status
    is_open = record.get("read_from") == "prose" or _OPEN.search(str(record.get("status") or ""))
    return UNSETTLED if is_open else ""


def _title(record: Record, cancelled: Cancelled) -> str:
    title = plain(record.get("title") or "?", LONGEST)
    status = _called(record)
    if status == POSTPONED or (status == CALLED_OFF and cancelled == "prefix"):
        title = f"{status.capitalize()}: {title}"
    return f"{title} (from the text)" if record.get("read_from") == "prose" else title


def _words(record: Record, span: Span) -> dict[str, str]:
    places = [
        plain(record[key], LONGEST) for key in ("venue", "city", "region", "economy") if record.get(key)
    ]
    return {
        "location": ", ".join(dict.fromkeys(places)),
        "categories": plain(record.get("group") or "", LONGEST),
        "description": "\n".join(_description(record, span)),
    }


def _description(record: Record, span: Span) -> Iterator[str]:
    """What has no property of its own, and how all this is known."""
    if not span.exact:
        yield f"Date as shown: {shown_span(record.get('starts_on'), record.get('ends_on'))}"
    for label, key in _LABELS.items():
        if record.get(key):
            yield f"{label}: {plain(record[key], LONGEST)}"
    for name, rule in (record.get("inferred") or {}).items():
        yield f"Inferred: {plain(name, 40)} ({plain(rule, 60)})"
    if record.get("state") in _GONE:
        yield _GONE[record["state"]]
    if record.get("page"):
        yield f"Page: {plain(record['page'], LONGEST)}"


def _time(when: datetime | str) -> datetime:
    """Whole seconds in UTC: the format has no smaller ones."""
    aware = moment(when) if isinstance(when, str) else when.astimezone(UTC)
    return aware.replace(microsecond=0)


_LABELS = {
    "Time": "time",
    "Takes place": "mode",
    "Status on the page": "status",
    "Repeats": "recurrence",
    "Project": "project_code",
    "Group": "group",
}
_GONE = {
    "ended": "It is over, and the page no longer lists it.",
    "section not shown": "The page no longer shows the list in which it stood; it does not say that this is off.",
    "cancelled": "The page says that it is cancelled.",
    "postponed": "The page says that it is postponed.",
}
