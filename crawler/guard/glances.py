"""A page at a glance: enough to tell whether it is one, at a small part of what reading it costs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from crawler.documents.encoding import decode

LARGEST = 1_000_000  # bytes looked at; what stands in for a page is shorter, or carries scripts, not texts
NAMES = 6
"""So many titles and headings may say what it is."""
HIDDEN = ("head", "script", "style", "template")
FURNITURE = ("a", "nav", "header", "footer", "aside", "form", "button", "noscript")
"""What every page of a site has alike: it says little about whether this page is there."""
CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w:.-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Glance:
    """Titles and headings in small letters, the visible text in its `pieces`, in order.

    `entries` is the number of links, list items and rows; `source` the markup in small letters, empty where there is
    none.
    """

    names: frozenset[str] = frozenset()
    pieces: tuple[str, ...] = ()
    source: str = ""
    entries: int = 0
    pictures: int = 0
    asks_password: bool = False

    def text(self) -> str:
        """All of the text, in small letters."""
        return folded(" ".join(self.pieces))

    def is_empty(self) -> bool:
        """Whether nothing can be read or seen."""
        return not (self.entries or self.pictures or self.text())

    def lines(self) -> tuple[str, ...]:
        """The pieces of text in small letters, those of white space left out."""
        return tuple(line for line in map(folded, self.pieces) if line)


def glance(body: bytes, content_type: str | None) -> Glance:
    """A glance at HTML or plain text."""
    text = _text(body, content_type)
    if "<" not in text:
        lines = tuple(line for line in text.splitlines() if line.strip())
        return Glance(_bare(lines[:1]), lines, entries=len(lines))
    page = _tree(text)
    names = _bare("".join(tag.itertext()) for tag in islice(page.iter("title", "h1", "h2"), NAMES))
    entries = sum(tag.tag != "a" or "href" in tag.attrib for tag in page.iter("a", "li", "tr", "article"))
    pictures = sum(1 for _ in page.iter("img", "svg", "object", "embed"))
    asks_password = any(field.get("type", "").lower() == "password" for field in page.iter("input"))
    etree.strip_elements(page, *HIDDEN, with_tail=False)
    return Glance(names, tuple(page.itertext()), text.lower(), entries, pictures, asks_password)


def own_text(body: bytes, content_type: str | None) -> str:
    """The text outside links, navigation and forms, in small letters; all of it where there is no other."""
    text = _text(body, content_type)
    if "<" not in text:
        return folded(text)
    page = _tree(text)
    etree.strip_elements(page, *HIDDEN, with_tail=False)
    whole = folded(" ".join(page.itertext()))
    etree.strip_elements(page, *FURNITURE, with_tail=False)
    return folded(" ".join(page.itertext())) or whole


def source_of(body: bytes, content_type: str | None) -> str:
    """The markup in small letters."""
    return _text(body, content_type).lower()


def _text(body: bytes, content_type: str | None) -> str:
    named = CHARSET.search(content_type or "")
    return decode(body[:LARGEST], named[1] if named else None)


def _tree(text: str) -> Any:
    """Never without a root, and whatever encoding the page declares."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True)
    return etree.fromstring(b"<html>" + text.encode("utf-8", "replace"), parser)


def folded(text: str) -> str:
    """In small letters, with plain white space and apostrophes."""
    return " ".join(text.replace("’", "'").split()).lower()


def _bare(titles: Iterable[str]) -> frozenset[str]:
    """Whole titles and their parts beside a site's name, without status numbers and marks at the ends."""
    parts = (part for title in titles for part in re.split(r"\s+[|–—·-]\s+", folded(title)))
    bare = (re.sub(r"^(?:http |error )*\d{3}\b[\s:.-]*|[\s.!?…。！？]+$", "", part) for part in parts)
    return frozenset(part for part in bare if part)
