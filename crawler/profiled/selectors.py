"""Records by the CSS selectors of a profile.

Which selectors hold is a question of when the page was seen: an old capture is read by its old layout.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import Message
from typing import Any
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag

from config.layouts import Layout, split_path
from crawler.documents.encoding import decode
from crawler.documents.folding import fold
from crawler.extract.knowledge import Knowledge
from crawler.extract.projects import merged, projects_of_events
from crawler.profiled.facts import record_of
from storage.document import Document
from storage.records import RECORD_SECTIONS, Group, Reading, Record, SectionText

AT_MOST = 5000
"""Records of one kind on one page: what matches more often is no list of them."""
LARGEST = 2_000_000
DEEPEST = 500
"""Bytes and nested elements of a page that selectors are tried on: a tree of Python objects is slow beyond."""
TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-z][\w-]*)", re.I)
_SHALLOW = """
area base br col embed hr img input link meta source wbr p li dt dd tr td th option
"""
SHALLOW = frozenset(_SHALLOW.split())
"""Elements that hold nothing, or that the next of their kind ends."""


@dataclass(frozen=True, slots=True)
class Selected:
    """What selectors found: records by kind, and the texts of the elements that they were read from.

    A kind that stands in `records` is not read by the general rules.
    """

    records: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def digest(self, of_document: str) -> str:
        """SHA-256 (hex) of a document's digest and of what was selected besides."""
        found = {kind: [record.to_json() for record in records] for kind, records in self.records.items()}
        text = json.dumps([of_document, found, self.warnings], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def select(
    body: bytes, content_type: str | None, url: str | None, knowledge: Knowledge, seen_at: datetime | None
) -> Selected:
    """What the layouts that held at `seen_at` find on a page of HTML; without a time, those that hold still.

    A kind for which nothing is found is left to the general rules, with a warning. Broken markup never raises.
    """
    held = [layout for layout in knowledge.layouts if layout.held_at(seen_at)]
    if not held or b"<" not in body:
        return Selected()
    text = decode(body, _charset(content_type))
    if len(body) > LARGEST or _depth(text) > DEEPEST:
        return Selected(warnings=("the page is too large or too deep for the profile's selectors",))
    page = _Page(BeautifulSoup(text, "lxml"), url or "")
    records: dict[str, list[Record]] = {}
    texts: dict[str, list[str]] = {}
    for layout in held:
        for element in page.elements(layout):
            record = record_of(layout.kind, page.said(layout, element), knowledge)
            if record is not None:
                records.setdefault(layout.kind, []).append(record)
                texts.setdefault(layout.kind, []).append(fold(element.get_text(" ")))
    missed = dict.fromkeys(layout.kind for layout in held if layout.kind not in records)
    return Selected(
        {kind: tuple(found) for kind, found in records.items()},
        {kind: tuple(found) for kind, found in texts.items()},
        tuple(_nothing(kind, held) for kind in missed),
    )


def put_in(reading: Reading, document: Document, selected: Selected) -> Reading:
    """The reading with what was selected in place of what the general rules read of those kinds."""
    reading = replace(reading, warnings=(*reading.warnings, *selected.warnings))
    for kind, records in selected.records.items():
        reading = _with_kind(reading, document, kind, records, selected.texts[kind])
    if "event" in selected.records and "project" not in selected.records:
        coded = merged([*reading.projects, *projects_of_events(list(reading.events))])
        reading = replace(reading, projects=tuple(coded))
    return reading


def _with_kind(
    reading: Reading, document: Document, kind: str, records: Sequence[Record], texts: Sequence[str]
) -> Reading:
    holds = RECORD_SECTIONS.get(kind, "text")
    sections, key = _sections(reading.sections, holds, [_squeezed(text) for text in texts])
    placed = tuple(
        replace(record, section=key, place=_place(document, record, text))
        for record, text in zip(records, texts, strict=True)
    )
    groups = tuple(record for record in placed if isinstance(record, Group))
    if groups:  # one is the page's own, several are listed by it
        if len(groups) == 1:
            return replace(reading, group=groups[0])
        return replace(reading, groups=tuple(replace(group, read_from="list") for group in groups))
    warnings = tuple(w for w in reading.warnings if not _is_of_section(w, reading, holds))
    read: dict[str, Any] = {RECORD_SECTIONS[kind]: placed}
    return replace(reading, sections=sections, warnings=warnings, **read)


def _sections(
    before: Sequence[SectionText], holds: str, covered: Sequence[str]
) -> tuple[tuple[SectionText, ...], str]:
    """The sections without the text that was read as records, and the key of the one that the records stood in."""
    if holds == "text":
        return tuple(before), "description"
    sections = [_without(section, covered) for section in before]
    at = next((n for n, section in enumerate(sections) if section.holds == holds), None)
    if at is None:  # its heading says nothing of what it holds: the one that lost most of its text
        lost = [len(b.paragraphs) - len(s.paragraphs) for b, s in zip(before, sections, strict=True)]
        at = lost.index(max(lost)) if any(lost) else None
    if at is None:
        return (*sections, SectionText(holds, holds.capitalize(), holds)), holds
    sections[at] = replace(sections[at], holds=holds)
    return tuple(sections), sections[at].key


def _is_of_section(warning: str, reading: Reading, holds: str | None) -> bool:
    """That the general rules read nothing from a section is no news where the selectors did."""
    titles = [section.title for section in reading.sections if section.holds == holds]
    return any(warning == f"nothing was read from the section {title!r}" for title in titles)


def _without(section: SectionText, covered: Sequence[str]) -> SectionText:
    """A section's text without what was read as records."""
    left = tuple(p for p in section.paragraphs if not any(_squeezed(p) in text for text in covered))
    return section if left == section.paragraphs else replace(section, paragraphs=left)


def _place(document: Document, record: Record, text: str) -> int:
    """The line in the source of the first block that belongs to the element and shows the record's label."""
    label, whole = _squeezed(record.label), _squeezed(text)
    blocks = [block for block in document.blocks if _squeezed(block.text) in whole]
    shown = next((block for block in blocks if label in _squeezed(block.text)), None)
    found = shown or next(iter(blocks), None)
    return found.place if found else 0


def _squeezed(text: str) -> str:
    """A text without white space: how a page puts it between elements does not matter."""
    return "".join(text.split()).casefold()


def _nothing(kind: str, held: Sequence[Layout]) -> str:
    shapes = " and ".join(f"'{layout.each}'" for layout in held if layout.kind == kind)
    return f"the profile's selectors for {kind} found nothing ({shapes}): read by the general rules"


def _depth(text: str) -> int:
    """How deep the page's elements are nested, roughly and in one pass."""
    depth = deepest = 0
    for tag in TAG.finditer(text):
        if tag["name"].lower() not in SHALLOW:
            depth = max(depth - 1, 0) if tag["end"] else depth + 1
            deepest = max(deepest, depth)
    return deepest


def _charset(content_type: str | None) -> str | None:
    message = Message()
    message["content-type"] = content_type or ""
    return message.get_content_charset()


class _Page:
    """A parsed page and what is needed to read values off its elements."""

    def __init__(self, soup: BeautifulSoup, url: str) -> None:
        base = soup.find("base", href=True)
        self._soup = soup
        self._base = urljoin(url, str(base["href"])) if isinstance(base, Tag) else url

    def elements(self, layout: Layout) -> list[Tag]:
        """The elements that hold a record each; what matches inside of one is part of it."""
        found: list[Tag] = []
        outer: set[int] = set()
        for element in self._soup.select(layout.each, limit=AT_MOST):
            if not any(id(parent) in outer for parent in element.parents):
                found.append(element)
                outer.add(id(element))
        return found

    def said(self, layout: Layout, element: Tag) -> dict[str, str]:
        """What stands at each field's path; what is not there is left out."""
        values = {name: self._value(element, path) for name, path in layout.fields}
        return {name: value for name, value in values.items() if value}

    def _value(self, element: Tag, path: str) -> str:
        """The text, or an attribute, of the first element at the path; a link's target is made absolute."""
        selector, attribute = split_path(path)
        found = element.select_one(selector) if selector and selector != ":scope" else element
        if found is None:
            return ""
        if attribute is None:
            return fold(found.get_text(" "))
        held = found.get(attribute) or ""
        value = fold(held if isinstance(held, str) else " ".join(held))
        return self._absolute(value) if attribute in {"href", "src"} and value else value

    def _absolute(self, target: str) -> str:
        try:
            return urljoin(self._base, target)
        except ValueError:
            return target
