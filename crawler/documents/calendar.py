"""iCalendar (RFC 5545) into a Document: an item for every event, its description below it, its facts as data.

Days are those of the event's own zone, or of the calendar's where the event is given in UTC and the calendar names
one (X-WR-TIMEZONE). The end of an all-day event is the day after its last (section 3.6.1). A repeating event keeps
its first day, and its rule is put into words; single occurrences that were moved or cancelled are events of their
own. Bounds: 10 MB, 5,000 events, 2,000 characters a property.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from config.errors import ReadError
from crawler.documents.data import facts_as_text, plain
from crawler.documents.folding import fold
from crawler.documents.recurrence import in_words
from storage.document import Block, BlockKind, Document, Link

if TYPE_CHECKING:
    from icalendar import Calendar, Component

MOST_BYTES = 10_000_000
MOST_EVENTS = 5000
LONGEST = 2000
EVENT = re.compile(r"^BEGIN:VEVENT\b", re.I | re.M)
START = re.compile(r"[\ufeff\s]*BEGIN:VCALENDAR\b", re.I)
ADDRESS = re.compile(r"https?://[^\s<>\"')\]\\]+", re.I)
STATUS = {"CANCELLED": "cancelled", "TENTATIVE": "tentative"}
ONLINE = re.compile(
    r"https?://\S+|(?:online|virtual|zoom|(?:ms |microsoft )?teams|webex|google meet)\W*", re.I
)

Fact = dict[str, Any]


def is_calendar(text: str) -> bool:
    """Whether the text is a calendar, whatever type it was sent as."""
    return START.match(text) is not None


def read_calendar(text: str) -> Document:
    """The calendar's events, the earliest first. Raises ReadError for what is no calendar or too large."""
    from icalendar import Calendar

    if len(text) > MOST_BYTES:
        raise ReadError(f"this calendar is too large to be read ({len(text):,} characters)")
    try:
        calendar = Calendar.from_ical(text.lstrip("\ufeff \t\r\n"))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ReadError(f"this calendar is broken and cannot be read: {str(error)[:200]}") from error
    entries, broken = _entries(calendar, [text.count("\n", 0, m.start()) + 1 for m in EVENT.finditer(text)])
    entries.sort(key=lambda entry: (entry[0]["starts_on"] or "", entry[0]["title"]))
    blocks = tuple(block for entry in entries for block in _blocks(*entry))
    facts = [fact for fact, _, _ in entries]
    if broken:
        facts.append({"kind": "note", "text": f"events of the calendar that could not be read: {broken}"})
    name = _text(calendar, "x-wr-calname") or _text(calendar, "name")
    return Document(name, blocks, "calendar", data=facts_as_text(facts))


def _entries(calendar: Calendar, places: list[int]) -> tuple[list[tuple[Fact, str, int]], int]:
    """Each event's facts, description and line, and how many events have no title or are broken."""
    zone = _zone(_text(calendar, "x-wr-timezone"))
    entries: list[tuple[Fact, str, int]] = []
    components = calendar.walk("VEVENT")[:MOST_EVENTS]
    for component, place in zip(components, chain(places, repeat(0)), strict=False):
        try:
            fact = _fact(component, zone)
            about = _text(component, "description", lines=True)
        except (ValueError, LookupError, TypeError, AttributeError, OverflowError):
            continue
        if fact["title"]:
            entries.append((fact, about, place))
    return entries, len(components) - len(entries)


def _fact(component: Component, zone: tzinfo | None) -> Fact:
    starts, ends = _local(_when(component, "dtstart"), zone), _local(_end(component), zone)
    where = _text(component, "location")
    is_online = ONLINE.fullmatch(where) is not None
    return {
        "kind": "event",
        "title": _text(component, "summary"),
        "starts_on": _day(starts),
        "ends_on": _last_day(starts, ends),
        "time": _time(starts, ends),
        "where": None if is_online else where,
        "mode": "online" if is_online else None,
        "link": _link(component),
        "status": STATUS.get(_text(component, "status").upper()),
        "recurrence": in_words(_rule(component)),
    }


def _when(component: Component, name: str) -> date | None:
    said = component.get(name)
    when = getattr(said[0] if isinstance(said, list) else said, "dt", None)
    return when if isinstance(when, date) else None


def _end(component: Component) -> date | None:
    if (ends := _when(component, "dtend")) is not None:
        return ends
    starts, lasts = _when(component, "dtstart"), getattr(component.get("duration"), "dt", None)
    return starts + lasts if starts is not None and isinstance(lasts, timedelta) else None


def _local(when: date | None, zone: tzinfo | None) -> date | None:
    if isinstance(when, datetime) and zone is not None and _zone_name(when) == "UTC":
        return when.astimezone(zone)
    return when


def _day(when: date | None) -> str | None:
    return f"{when:%Y-%m-%d}" if when is not None and when.year >= 1000 else None


def _last_day(starts: date | None, ends: date | None) -> str | None:
    """The last day of what lasts several; a night that ends in the small hours is one day."""
    if starts is None or ends is None:
        return None
    if not isinstance(ends, datetime):
        ends -= timedelta(days=1)
    elif (ends.hour, ends.minute) <= (6, 0) and isinstance(starts, datetime):
        is_night = ends.replace(tzinfo=None) - starts.replace(tzinfo=None) < timedelta(days=1)
        ends = starts if is_night else ends - timedelta(seconds=1)
    first, last = _day(starts), _day(ends)
    return last if first and last and last > first else None


def _time(starts: date | None, ends: date | None) -> str | None:
    """As "18:30-20:00 Europe/Paris"; None for whole days."""
    if not isinstance(starts, datetime):
        return None
    shown = f"{starts:%H:%M}"
    if isinstance(ends, datetime) and ends > starts and _last_day(starts, ends) is None:
        shown += f"-{ends:%H:%M}"
    return f"{shown} {_zone_name(starts)}".strip()


def _zone_name(when: datetime) -> str:
    name = getattr(when.tzinfo, "key", None) or when.tzname() or ""
    return "UTC" if name in {"UTC", "Etc/UTC", "Z"} else fold(str(name))


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _rule(component: Component) -> dict[str, list[Any]]:
    """The rule that repeats the event, by part; empty where there is none."""
    said = component.get("rrule")
    rule = said[0] if isinstance(said, list) and said else said
    return {str(name).upper(): list(values) for name, values in rule.items()} if rule else {}


def _link(component: Component) -> str | None:
    """Its own address, else the first that its description gives."""
    shown = ADDRESS.match(_text(component, "url")) or ADDRESS.search(_text(component, "description"))
    return shown.group().rstrip(".,;") if shown else None


def _text(component: Component, name: str, *, lines: bool = False) -> str:
    said = component.get(name)
    said = said[0] if isinstance(said, list) and said else said
    text = str(said)[:LONGEST] if said is not None else ""
    return "\n".join(filter(None, map(plain, text.splitlines()))) if lines else plain(text)


def _blocks(fact: Fact, about: str, place: int) -> Iterator[Block]:
    days = " to ".join(filter(None, (fact["starts_on"], fact["ends_on"])))
    shown = (days, fact["time"], fact["where"] or fact["mode"], fact["recurrence"], fact["status"])
    lines = tuple(filter(None, (fact["title"], ", ".join(filter(None, shown)))))
    links = (Link(fact["title"], fact["link"]),) if fact["link"] else ()
    yield Block(BlockKind.ITEM, " ".join(lines), lines, 1, links, place=place)
    if about:
        yield Block(BlockKind.PARAGRAPH, about.replace("\n", " "), tuple(about.split("\n")), place=place)
