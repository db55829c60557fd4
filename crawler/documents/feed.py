"""RSS and Atom into a Document: an item for every entry, its summary below it, its facts as data.

An entry is news; it is an event where it says so itself by a start (RSS event module, xCal, schema.org names).
Bounds: 10 MB, 1,000 entries, 2,000 characters a summary. External entities are never fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from itertools import chain, repeat
from typing import Any
from urllib.parse import urljoin
from xml.sax import SAXException

from config.errors import ReadError
from crawler.documents.data import facts_as_text, plain
from crawler.documents.moments import day_of, ends_of, time_of
from storage.document import Block, BlockKind, Document, Link

MOST_BYTES = 10_000_000
MOST_ENTRIES = 1000
LONGEST = 2000
ROOT = re.compile(
    r"(?:\s|<\?[^>]{0,400}>|<!--.{0,2000}?-->|<!DOCTYPE[^>\[]{0,400}>)*<(?:rss|feed|rdf:RDF)\b", re.S
)
ENTRY = re.compile(rb"<(?:item|entry)[\s>]")
STARTS = ("ev_startdate", "xcal_dtstart", "dtstart", "startdate", "start_date", "ev_start")
ENDS = ("ev_enddate", "xcal_dtend", "dtend", "enddate", "end_date", "ev_end")
PLACES = ("ev_location", "xcal_location", "location")

Entry = Mapping[str, Any]
Fact = dict[str, Any]


def is_feed(text: str) -> bool:
    """Whether the text is a feed, whatever type it was sent as."""
    return ROOT.match(text.removeprefix("\ufeff")) is not None


def read_feed(body: bytes, content_type: str | None = None, url: str | None = None) -> Document:
    """The feed's entries in its order. Raises ReadError for what is no feed or too large."""
    import feedparser  # type: ignore[import-untyped]

    if len(body) > MOST_BYTES:
        raise ReadError(f"this feed is too large to be read ({len(body):,} bytes)")
    headers = {"content-type": content_type} if content_type else {}
    try:
        feed = feedparser.parse(BytesIO(body), response_headers=headers, sanitize_html=False)
    except Exception as error:  # what a feed makes its parser raise is as manifold as hostile input
        raise ReadError(f"this feed is broken and cannot be read: {type(error).__name__}") from error
    if not feed.get("version"):
        raise ReadError("this feed is broken and cannot be read")
    places = [body.count(b"\n", 0, found.start()) + 1 for found in ENTRY.finditer(body)][:MOST_ENTRIES]
    facts: list[Fact] = []
    blocks: list[Block] = []
    for entry, place in zip(feed.entries[:MOST_ENTRIES], chain(places, repeat(0)), strict=False):
        entry = dict(entry)  # noqa: PLW2901 - feedparser's own kind warns of the keys that it stands in for
        fact = _fact(entry, url or "")
        if fact["title"]:
            facts.append(fact)
            blocks.extend(_blocks(fact, _text(entry, "summary"), place))
    if isinstance(feed.get("bozo_exception"), SAXException):
        facts.append({"kind": "note", "text": "the feed is broken: entries of it may be missing"})
    language = _text(feed.feed, "language").lower() or None
    return Document(_text(feed.feed, "title"), tuple(blocks), "feed", language, facts_as_text(facts))


def _fact(entry: Entry, url: str) -> Fact:
    title, link = _text(entry, "title"), _link(entry, url)
    starts, ends = _moment(entry, STARTS), _moment(entry, ENDS)
    if day_of(starts) is None:
        return {"kind": "news", "title": title, "date": _date(entry), "link": link}
    first, last = ends_of(starts, ends)
    return {
        "kind": "event",
        "title": title,
        "starts_on": first,
        "ends_on": last,
        "time": time_of(starts, ends),
        "where": next(filter(None, (_text(entry, name) for name in PLACES)), None),
        "link": link,
    }


def _moment(entry: Entry, names: tuple[str, ...]) -> str | None:
    """A start or an end; xCal writes it without hyphens (20240909T183000Z)."""
    shown = next(filter(None, (_text(entry, name) for name in names)), "")
    basic = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(?:\d\d)?(Z)?)?", shown)
    if basic is None:
        return shown or None
    year, month, day, hour, minute, zone = basic.groups()
    return f"{year}-{month}-{day}" + (f"T{hour}:{minute}{zone or ''}" if hour else "")


def _date(entry: Entry) -> str | None:
    """The day on which it was published, in the zone that it was given in."""
    for name in ("published", "updated", "created"):
        shown = _text(entry, name)
        if day := day_of(shown):
            return day
        if parsed := entry.get(f"{name}_parsed"):
            return _own_day(shown) or f"{parsed.tm_year:04}-{parsed.tm_mon:02}-{parsed.tm_mday:02}"
    return None


def _own_day(shown: str) -> str | None:
    """The day of an RFC 822 date as written: in UTC it may be another."""
    from email.utils import parsedate

    parsed = parsedate(shown)
    return f"{parsed[0]:04}-{parsed[1]:02}-{parsed[2]:02}" if parsed else None


def _link(entry: Entry, url: str) -> str | None:
    try:
        target = urljoin(url, _text(entry, "link"))
    except ValueError:
        return None
    return target if target.lower().startswith(("http://", "https://")) and target != url else None


def _text(entry: Entry, name: str) -> str:
    said = entry.get(name)
    return plain(said[:LONGEST]) if isinstance(said, str) else ""


def _blocks(fact: Fact, about: str, place: int) -> Iterator[Block]:
    days = " to ".join(filter(None, (fact.get("date") or fact.get("starts_on"), fact.get("ends_on"))))
    details = ", ".join(filter(None, (days, fact.get("time"), fact.get("where"))))
    lines = tuple(filter(None, (fact["title"], details)))
    links = (Link(fact["title"], fact["link"]),) if fact["link"] else ()
    yield Block(BlockKind.ITEM, " ".join(lines), lines, 1, links, place=place)
    if about and about != fact["title"]:
        yield Block(BlockKind.PARAGRAPH, about, (about,), place=place)
