"""HTML into a Document: one walk over the tree, without recursion, in the order in which a person reads.

The tree is lxml's own, libxml2's reading of broken markup: a tenth of the cost of the objects made from it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree  # type: ignore[import-untyped]

from crawler.documents.data import embedded
from crawler.documents.folding import fold
from crawler.documents.gather import Gatherer
from crawler.documents.markup import (
    BLOCKS,
    BOLD,
    HEADINGS,
    LISTS,
    NONE,
    SECTIONING,
    Attributes,
    Region,
    is_apart,
    is_card,
    is_data_table,
    is_dropped,
    region_of,
)
from crawler.documents.unread import is_linked_data, take_out_unread
from storage.document import BlockKind, Document

LONG_TAG = re.compile(r"<([a-zA-Z][\w:-]*)\s[^<>]{20000,}>")
MOST_ATTRIBUTES = 2000
XML_START = re.compile(r"\s*<\?xml\b[^>]{0,400}>")
REVERSED = re.compile(r"bidi-override.{0,200}\brtl\b|\brtl\b.{0,200}bidi-override", re.I | re.S)
"""Text that is written backwards and shown the right way round, to hide an address."""
TOO_DEEP = etree.ErrorTypes.ERR_RESOURCE_LIMIT


def read_html(text: str, url: str | None = None) -> Document:
    """A page's text as a Document. Never raises on broken markup."""
    root = html_tree(text)
    if root is None:
        return Document("", ())
    base = root.find(".//base[@href]")
    walk = _Walk(Gatherer(text, url, base.get("href", "") if base is not None else ""))
    walk.over(root)
    blocks = walk.gatherer.finish()
    title = root.find(".//title")
    shown = fold("".join(title.itertext())) if title is not None else ""
    shown = shown or next((b.text for b in blocks if b.kind is BlockKind.HEADING), "")
    language = root.get("lang", "").strip().lower() or None
    return Document(shown, blocks, "html", language, embedded(walk.data, root, walk.gatherer.base))


def _without_attributes(tag: re.Match[str]) -> str:
    """libxml2 compares each attribute with each: a tag of thousands would take minutes, and says nothing."""
    return f"<{tag.group(1)}>" if tag.group().count(" ") > MOST_ATTRIBUTES else tag.group()


def html_tree(text: str) -> etree._Element | None:
    """The root of the page, without what nobody reads; None where there is nothing at all.

    The XML declaration goes, as its encoding is not that of `text`; text without a tag becomes a paragraph.
    """
    if start := XML_START.match(text):
        text = "\n" * start.group().count("\n") + text[start.end() :]
    text = LONG_TAG.sub(_without_attributes, text)
    body = (text if "<" in text else f"<p>{text}").encode("utf-8", "replace")
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return None
    if any(error.type == TOO_DEEP for error in parser.error_log):
        root = _deep_tree(body)
    if root is not None:
        take_out_unread(root, text)
    return root


def _deep_tree(body: bytes) -> etree._Element | None:
    """A tree that libxml2 builds itself ends at a depth of 2048; one built from its events goes on."""
    parser = etree.HTMLParser(
        target=_Events(), encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True
    )
    parser.feed(body)
    return parser.close()


class _Events:
    """A target of a parser. The page ends where its text does: what follows `</html>` is still its own."""

    def __init__(self) -> None:
        self.builder = etree.TreeBuilder()
        self.left_open: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name not in self.left_open:
            self.builder.start(name, attributes)
        if name in {"html", "body"} and name not in self.left_open:
            self.left_open.append(name)

    def end(self, name: str) -> None:
        if name not in self.left_open:
            self.builder.end(name)

    def data(self, text: str) -> None:
        if self.left_open:
            self.builder.data(text)

    def close(self) -> etree._Element | None:
        for name in reversed(self.left_open):
            self.builder.end(name)
        return self.builder.close() if self.left_open else None


class _Walk:
    """Turns entering and leaving elements into calls on the gatherer."""

    def __init__(self, gatherer: Gatherer) -> None:
        self.gatherer = gatherer
        self.data: list[str] = []
        self.regions: list[Region] = [Region.CONTENT]
        self.sectioning = 0

    def over(self, root: etree._Element) -> None:
        say = self.gatherer.say
        entered: list[Region | bool | None] = []
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, tag in walker:
            if event == "start":
                entered.append(self.enter(tag))
                if entered[-1] is False:
                    walker.skip_subtree()
                elif tag.text:
                    say(tag.text)
                continue
            if (region := entered.pop()) is not False:
                self.leave(tag.tag, region is not None)
            if tag.tail:
                say(tag.tail)

    def enter(self, tag: etree._Element) -> Region | bool | None:
        """The region that the element opens, if any; False where it is not to be gone into."""
        name = tag.tag
        attributes: Attributes = dict(tag.items()) or NONE
        if name in {"script", "head"}:
            self._keep_data(tag)
        if is_dropped(name, attributes):
            return False
        if attributes:
            if REVERSED.search(attributes.get("style", "")):
                self.gatherer.say("".join(tag.itertext())[::-1])
                return False
            if code := attributes.get("data-cfemail"):
                self.gatherer.say_masked(code)
                return False
            if label := attributes.get("aria-label"):
                self.gatherer.stand_in(label)
        region = self._enter_region(name, attributes)
        if name in {"a", "span"}:
            self._set_apart(tag, name)
        self._open(tag, name, attributes)
        return region

    def _set_apart(self, tag: etree._Element, name: str) -> None:
        """What a style sheet shows apart, though the markup has it in one line."""
        if name == "a" and len(tag) > 1 and is_card(tag):
            self.gatherer.boundary()
        elif name == "span" and is_apart(tag):
            self.gatherer.say(" ")

    def _keep_data(self, tag: etree._Element) -> None:
        for script in [tag, *tag.findall("script")]:
            if script.text and is_linked_data(script):
                self.data.append(script.text.strip())

    def _enter_region(self, name: str, attributes: Attributes) -> Region | None:
        region = region_of(name, attributes, inside=self.sectioning > 0)
        self.sectioning += name in SECTIONING
        if region is not None:
            self.gatherer.flush()
            self.regions.append(region)
            self.gatherer.region = region
        return region

    def _open(self, tag: etree._Element, name: str, attributes: Attributes) -> None:
        gatherer = self.gatherer
        if name == "br":
            gatherer.break_line()
        elif name == "img":
            gatherer.stand_in(attributes.get("alt", ""))
        elif name == "a":
            gatherer.open_link(attributes.get("href", ""))
        elif name in BOLD:
            gatherer.bold += 1
        elif name == "time":
            gatherer.tell_time(attributes.get("datetime", ""))
        elif name in HEADINGS:
            gatherer.open_block(BlockKind.HEADING, HEADINGS[name])
        elif name == "pre":
            gatherer.boundary()
            gatherer.preformatted += 1
        elif name in LISTS:
            gatherer.open_list()
        elif name == "table":
            gatherer.open_table(is_data_table(tag, attributes))
        elif name in CELLS and gatherer.table is not None:
            gatherer.open_cell(name, attributes.get("colspan", ""), attributes.get("rowspan", ""))
        elif name in ENTRIES:
            gatherer.open_block(ENTRIES[name], gatherer.depth)
        elif name in BLOCKS:
            gatherer.boundary()

    def leave(self, name: str, was_region: bool) -> None:
        self._close(name)
        if was_region:
            self.gatherer.flush()
            self.regions.pop()
            self.gatherer.region = self.regions[-1]
        self.sectioning -= name in SECTIONING

    def _close(self, name: str) -> None:
        gatherer = self.gatherer
        if name == "a":
            gatherer.close_link()
        elif name in BOLD:
            gatherer.bold -= 1
        elif name in HEADINGS or name in ENTRIES:
            gatherer.close_block()
        elif name == "pre":
            gatherer.preformatted -= 1
            gatherer.boundary()
        elif name in LISTS:
            gatherer.close_list()
        elif name == "table":
            gatherer.close_table()
        elif name in CELLS and gatherer.table is not None:
            gatherer.close_cell(name)
        elif name in BLOCKS:
            gatherer.boundary()


ENTRIES = {"li": BlockKind.ITEM, "dt": BlockKind.TERM, "dd": BlockKind.DEFINITION}
CELLS = frozenset({"tr", "td", "th"})
