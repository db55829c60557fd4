"""Calendars and feeds that a page offers beside itself, by its markup."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree  # type: ignore[import-untyped]

from config.addresses import page_key
from crawler.links.pagers import anchors_in
from storage.document import Link

OFFERED = re.compile(rb"\.ics\b|\bwebcals?:|text/calendar|(?:rss|atom)\+xml", re.I)
FEEDS = frozenset({"application/rss+xml", "application/atom+xml"})
OF_COMMENTS = re.compile(r"comment", re.I)
WEBCAL = re.compile(r"webcal(s?):", re.I)
AT_MOST = 4
"""So many calendars, and so many feeds, of one page are read. More files are downloads of single meetings."""


@dataclass(frozen=True, slots=True)
class Offers:
    """Addresses of calendars (RFC 5545) and of feeds (RSS, Atom)."""

    calendars: tuple[Link, ...] = ()
    feeds: tuple[Link, ...] = ()


def offers_in(body: bytes, content_type: str | None, url: str) -> Offers:
    """What the page at `url` offers: the alternates of its head, calendars to subscribe to, `.ics` files."""
    if OFFERED.search(body) is None:
        return Offers()
    stated: dict[str, Link] = {}
    files: dict[str, Link] = {}
    feeds: dict[str, Link] = {}
    for tag, target in anchors_in(body, content_type, url):
        link = Link(_title(tag), _fetchable(target, url))
        if _is_stated(tag, {"text/calendar"}) or WEBCAL.match(target):
            stated.setdefault(page_key(link.target), link)
        elif urlsplit(target).path.lower().endswith(".ics"):
            files.setdefault(page_key(link.target), link)
        elif _is_stated(tag, FEEDS) and not OF_COMMENTS.search(link.text + target):
            feeds.setdefault(page_key(link.target), link)
    calendars = stated | files if len(files) <= AT_MOST else stated
    return Offers(tuple(calendars.values())[:AT_MOST], tuple(feeds.values())[:AT_MOST])


def _is_stated(tag: etree._Element, types: frozenset[str] | set[str]) -> bool:
    """By its `type`, in the head only as an alternate of the page."""
    if (tag.get("type") or "").partition(";")[0].strip().lower() not in types:
        return False
    return tag.tag == "a" or "alternate" in (tag.get("rel") or "").lower().split()


def _title(tag: etree._Element) -> str:
    return " ".join((tag.get("title") or "".join(tag.itertext())).split())


def _fetchable(target: str, url: str) -> str:
    """As http or https: `webcal:` only says what to open it with."""
    found = WEBCAL.match(target)
    if found is None:
        return target
    return f"{'https' if found[1] else urlsplit(url).scheme}:{target[found.end() :]}"
