"""Changes as an Atom feed (RFC 4287), newest first, with ids that last (RFC 4151).

Nothing in it is of the moment of writing: as long as no change is added, the bytes are the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import etree  # type: ignore[import-untyped]

from notifier.formats.addresses import web_address
from notifier.writing.entries import entry_of
from notifier.writing.links import change_page
from notifier.writing.looks import shown_group
from notifier.writing.subjects import gist, group_name
from notifier.writing.values import Manner, moment, plain, shown_time

Change = Mapping[str, Any]

_MANNER = Manner()
ATOM = "http://www.w3.org/2005/Atom"
TYPE = "application/atom+xml"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""XML 1.0 section 2.2 knows no way to write these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a feed says of itself.

    `authority` and `born` make its ids: who gives them out (a domain or e-mail address), and since when; neither may
    ever change. `name` tells feeds of one authority apart. `url` is where the feed can be had.
    """

    authority: str
    born: datetime
    name: str
    title: str
    url: str | None = None
    public_url: str | None = None

    def tag(self, specific: str) -> str:
        """A permanent id: `tag:trade.example,2026-11-23:change/chg_1`."""
        day = f"{self.born.astimezone(UTC):%Y-%m-%d}"
        return f"tag:{_quoted(self.authority, '@')},{day}:{_quoted(specific, '/:')}"


def atom_of(changes: Sequence[Change], feed: Feed) -> bytes:
    """The feed of these changes (their payloads), whatever their order."""
    ordered = sorted(
        changes, key=lambda change: (moment(change["first_seen_after"]), change["id"]), reverse=True
    )
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    _add(root, "id", feed.tag(f"feed/{feed.name}"))
    _add(root, "title", feed.title)
    _add(root, "updated", _stamp(moment(ordered[0]["first_seen_after"]) if ordered else feed.born))
    _add(_add(root, "author"), "name", "wgwatch")
    _add(root, "generator", "wgwatch")
    _link(root, "self", feed.url, TYPE)
    _link(root, "alternate", feed.public_url)
    for change in ordered:
        _entry(root, change, feed)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True))


def _entry(root: etree._Element, change: Change, feed: Feed) -> None:
    entry = _add(root, "entry")
    when = _stamp(moment(change["first_seen_after"]))
    _add(entry, "id", feed.tag(f"change/{change['id']}"))
    _add(entry, "title", f"{group_name(change)}: {gist(change)}")
    _add(entry, "updated", when)
    _add(entry, "published", when)
    _add(entry, "category", term=change["kind"], label=change["kind"].replace(".", " "))
    if group := plain(_in_xml(change.get("group") or "")):
        _add(entry, "category", term=group, scheme=feed.tag("groups"))
    public = change_page(feed.public_url, change["id"]) if feed.public_url else None
    _link(entry, "alternate", public or change.get("page"))
    _link(entry, "via", change.get("page") if public else None)
    _add(entry, "content", _content(change), type="html")


def _content(change: Change) -> str:
    """What was, what is now, and when: as in a mail."""
    before = change.get("last_seen_before")
    return _ENVIRONMENT.get_template("entry.html.j2").render(
        entry=entry_of(change, _MANNER),
        group=shown_group(change),
        last_seen=shown_time(moment(before), _MANNER) if before else None,
        first_seen=shown_time(moment(change["first_seen_after"]), _MANNER),
        page=web_address(change.get("page")),
    )


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    shown = {key: plain(_in_xml(value)) for key, value in attributes.items()}
    element = etree.SubElement(parent, f"{{{ATOM}}}{name}", shown)
    element.text = _in_xml(text) or None
    return element


def _link(parent: etree._Element, relation: str, url: object, kind: str | None = None) -> None:
    address = web_address(url)
    if address:
        _add(parent, "link", rel=relation, href=address, **({"type": kind} if kind else {}))


def _quoted(text: str, safe: str) -> str:
    return quote(text, safe=safe, errors="replace")


def _in_xml(text: str) -> str:
    return _NOT_XML.sub("", text)


def _stamp(when: datetime) -> str:
    """RFC 3339, as section 3.3 asks for."""
    return when.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
