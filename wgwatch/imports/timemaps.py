"""What an archive lists of a page: TimeMaps (RFC 7089 section 5), as links or as JSON, of one page or of many."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urljoin

from config.addresses import shown_url
from wgwatch.imports.asking import AskError, Reply

LINK = re.compile(r"<([^>]*)>((?:\s*;\s*[\w*-]+\s*(?:=\s*(?:\"[^\"]*\"|[^\s\",;]+))?)*)\s*(?:,|\Z)")
PARAMETER = re.compile(r";\s*([\w*-]+)\s*=\s*(?:\"([^\"]*)\"|([^\s\",;]+))")
STAMP = re.compile(r"\d{14}")


@dataclass(frozen=True, slots=True)
class Memento:
    """One capture in an archive: when it was taken, and where it can be had."""

    at: datetime
    url: str


@dataclass(frozen=True, slots=True)
class TimeMap:
    """One page of a list of captures. `original` is the address that was captured; `more` are further lists."""

    mementos: tuple[Memento, ...]
    original: str | None = None
    more: tuple[str, ...] = ()


def read_timemap(reply: Reply) -> TimeMap:
    """A TimeMap in link format or JSON. Raises AskError for what is none."""
    text = reply.body.decode("utf-8", "replace").strip()
    if "json" in (reply.header("content-type") or "").lower() or text.startswith(("{", "[")):
        return _of_json(text, reply.url)
    if not text:
        return TimeMap(())
    links = list(links_of(text))
    if not any("memento" in rels or rels & {"original", "timemap", "self"} for _, rels, _ in links):
        raise AskError(f"{shown_url(reply.url)} gives no list of captures (a TimeMap of RFC 7089)")
    return _of_links(text, reply.url)


def links_of(text: str) -> Iterator[tuple[str, set[str], dict[str, str]]]:
    """Each link of a Link header or link-format document: target, relations, parameters (RFC 8288)."""
    for target, said in LINK.findall(text):
        about = {name.lower(): quoted or bare for name, quoted, bare in PARAMETER.findall(said)}
        yield target.strip(), set(about.get("rel", "").lower().split()), about


def asked_for(timemap_url: str, original: str, address: str) -> str | None:
    """The same archive's TimeMap of another address; None where the address does not end the TimeMap's."""
    for written, anew in ((original, address), (quote(original, safe=""), quote(address, safe=""))):
        if timemap_url.endswith(written):
            return timemap_url[: -len(written)] + anew
    return None


def _of_links(text: str, base: str) -> TimeMap:
    mementos, more, original = [], [], None
    for target, rels, about in links_of(text):
        url = urljoin(base, target)
        if "memento" in rels and (at := http_date(about.get("datetime"))):
            mementos.append(Memento(at, url))
        elif "original" in rels:
            original = target
        elif rels & {"timemap", "next"} and url != base and "self" not in rels and _is_read(about):
            more.append(url)
    return TimeMap(tuple(mementos), original, tuple(more))


def _is_read(about: dict[str, str]) -> bool:
    """Archives name the same list in other formats too."""
    kind = about.get("type", "")
    return not kind or "link-format" in kind or "json" in kind


def _of_json(text: str, base: str) -> TimeMap:
    try:
        said = json.loads(text)
        return _of_rows(said, base) if isinstance(said, list) else _of_object(said, base)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise AskError(f"{shown_url(base)} gives no list of captures that can be read") from error


def _of_object(said: dict[str, Any], base: str) -> TimeMap:
    """`{"original_uri", "mementos": {"list": [{"datetime", "uri"}]}, "timemap_index" or "pages": ...}`."""
    listed = (said.get("mementos") or {}).get("list") or []
    found = [Memento(at, urljoin(base, _first(m["uri"]))) for m in listed if (at := _moment(m["datetime"]))]
    further = [entry["uri"] for entry in said.get("timemap_index") or []]
    pages = said.get("pages") or {}
    further += [pages[name]["uri"] for name in ("next",) if isinstance(pages.get(name), dict)]
    more = [url for link in further if (url := urljoin(base, link)) != base]
    return TimeMap(tuple(found), said.get("original_uri"), tuple(more))


def _of_rows(rows: list[Any], base: str) -> TimeMap:
    """A table whose first row names the columns `timestamp` and `original`, as indexes of WARC collections give."""
    if not rows:
        return TimeMap(())
    when, what = rows[0].index("timestamp"), rows[0].index("original")
    found = [
        Memento(at, _replayed(base, row[when], row[what]))
        for row in rows[1:]
        if (at := _moment(str(row[when])))
    ]
    return TimeMap(tuple(found), rows[1][what] if len(rows) > 1 else None)


def _replayed(base: str, stamp: str, original: str) -> str:
    """Such archives show captures at `PREFIX/TIMESTAMP/ADDRESS`, where their TimeMaps are at `PREFIX/timemap/...`."""
    return f"{base.partition('/timemap/')[0]}/{stamp}/{original}"


def _first(value: Any) -> str:
    return str(value[0] if isinstance(value, list) else value)


def _moment(text: str) -> datetime | None:
    """ISO 8601, fourteen digits, or an HTTP date."""
    if STAMP.fullmatch(text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:8]}T{text[8:10]}:{text[10:12]}:{text[12:]}Z"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return http_date(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def http_date(text: str | None) -> datetime | None:
    """A time as HTTP writes it (RFC 9110 section 5.6.7), None for what is none."""
    try:
        moment = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
