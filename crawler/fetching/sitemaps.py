"""A site's sitemap as a hint: a page with a `lastmod` newer than our last look is looked at sooner.

It never puts a look off, and a sitemap that is wrong costs a look a day. Only hosts of sources that follow links are
asked, once a day. The format is that of https://www.sitemaps.org/protocol.html
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from urllib.parse import urlsplit

import sqlalchemy as sa
from lxml import etree  # type: ignore[import-untyped]
from protego import Protego

from config.addresses import host_of, page_key
from config.errors import UsageError
from crawler.answers import Answer, PageJob
from crawler.timing.hints import bring_forward
from storage import pages
from storage.watched import robots, sitemaps

SITEMAP = 0
"""The page number of a job for a sitemap; those of pages begin at 1."""
VALID_FOR = timedelta(hours=24)
MOST_ADDRESSES = 50_000
"""As the protocol bounds a file."""
MOST_BYTES = 15_000_000
STEP = 65_536
MOST_PARTS = 20
"""So many files of an index are read."""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """Addresses with the time of their last change, and the further files that an index names."""

    modified: Mapping[str, datetime] = field(default_factory=dict)
    parts: tuple[str, ...] = ()


def jobs_for(connection: sa.Connection, host: str, now: datetime) -> list[PageJob]:
    """What to ask the host for: the sitemaps that its robots.txt names, else /sitemap.xml; nothing before a day."""
    origin = sitemaps.origin_if_followed(connection, host)
    if origin is None or not sitemaps.is_due(connection, host, now - VALID_FOR):
        return []
    stored = robots.get(connection, origin)
    told = Protego.parse(stored.body.decode("utf-8", "replace")).sitemaps if stored else ()
    return part_jobs(told, host) or [PageJob(page_id=SITEMAP, url=f"{origin}/sitemap.xml")]


def part_jobs(urls: Iterable[str], host: str) -> list[PageJob]:
    """Jobs for sitemaps of the same host."""
    mine = [url for url in dict.fromkeys(urls) if _is_on(url, host)]
    return [PageJob(page_id=SITEMAP, url=url) for url in mine[:MOST_PARTS]]


def take(connection: sa.Connection, answer: Answer, host: str, now: datetime) -> tuple[str, ...]:
    """Bring looks forward as the answer hints; answers the further files that it names."""
    sitemaps.put(connection, host, now)
    if answer.status != 200 or answer.error or answer.truncated:
        return ()
    said = read_sitemap(answer.body)
    newer: dict[str, datetime] = {}
    for url, modified in said.modified.items():
        if modified <= now and _is_on(url, host):
            newer[page_key(url)] = modified
    for page in pages.of_host(connection, host):
        modified_at = newer.get(page.key)
        if modified_at and page.last_check_at and page.last_check_at < modified_at:
            bring_forward(connection, page, now)
    return said.parts


def read_sitemap(body: bytes) -> Sitemap:
    """What a sitemap or an index of them says; nothing where it is neither. Plain or gzip, bounded in all."""
    modified: dict[str, datetime] = {}
    parts: list[str] = []
    for name, said in islice(_entries(body), MOST_ADDRESSES):
        if name == "sitemap":
            parts.append(said["loc"])
        elif moment := _moment(said.get("lastmod", "")):
            modified[said["loc"]] = moment
    return Sitemap(modified, tuple(parts))


def _entries(body: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """Each `url` or `sitemap` with the texts in it, as far as the file can be read."""
    parser = etree.XMLPullParser(events=("end",), resolve_entities=False, no_network=True)
    try:
        plain = _plain(body)
        for start in range(0, len(plain), STEP):
            parser.feed(plain[start : start + STEP])
            for _, tag in parser.read_events():
                if (name := _name(tag)) in {"url", "sitemap"}:
                    said = {_name(child): (child.text or "").strip() for child in tag}
                    tag.clear()
                    if said.get("loc"):
                        yield name, said
    except (etree.XMLSyntaxError, zlib.error):
        return


def _plain(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body[:MOST_BYTES]
    return zlib.decompressobj(wbits=31).decompress(body, MOST_BYTES)


def _name(tag: etree._Element) -> str:
    return tag.tag.rpartition("}")[2] if isinstance(tag.tag, str) else ""


def _moment(text: str) -> datetime | None:
    """A W3C date and time; a day alone counts from its beginning, so that it is never taken for later than it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _is_on(url: str, host: str) -> bool:
    try:
        return host_of(url) == host and urlsplit(url).username is None
    except (UsageError, ValueError):
        return False
