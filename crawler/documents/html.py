"""HTML into a Document: one walk over the tree, without recursion, in the order in which a person reads.

The tree is lxml's own, libxml2's reading of broken markup: a tenth of the cost of the objects made from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from crawler.documents.folding import fold
from crawler.documents.gather import Gatherer
from crawler.documents.markup import (
    BLOCKS,
    BOLD,
    HEADINGS,
    LISTS,
    SECTIONING,
    Region,
    is_data_table,
    is_dropped,
    region_of,
)
from storage.document import BlockKind, Document

XML_START = re.compile(r"\s*<\?xml\b[^>]{0,400}>")
LINKED_DATA = "application/ld+json"


def read_html(text: str, url: str | None = None) -> Document:
    """A page's text as a Document. Never raises on broken markup."""
    root = _tree(text)
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
    return Document(shown, blocks, "html", language, tuple(walk.data))


def _tree(text: str) -> etree._Element | None:
    """The root of the page; None where there is nothing at all.

    The XML declaration goes, as its encoding is not that of `text`; text without a tag becomes a paragraph.
    """
    text = XML_START.sub(lambda found: "\n" * found.group().count("\n"), text, count=1)
    text = text if "<" in text else f"<p>{text}"
    parser = etree.HTMLParser(encoding="utf-8", recover=True, huge_tree=True, remove_pis=True)
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None


class _Walk:
    """Turns entering and leaving elements into calls on the gatherer."""

    def __init__(self, gatherer: Gatherer) -> None:
        self.gatherer = gatherer
        self.data: list[str] = []
        self.regions: list[Region] = [Region.CONTENT]
        self.sectioning = 0

    def over(self, root: etree._Element) -> None:
        say = self.gatherer.say
        waiting: list[tuple[etree._Element, str, bool, Iterator[etree._Element]]] = []
        node: etree._Element | None = root
        while node is not None or waiting:
            if node is None:
                tag, name, has_region, rest = waiting[-1]
                node = next(rest, None)
                if node is None:
                    waiting.pop()
                    self.leave(name, has_region)
                    if tag.tail and tag is not root:
                        say(tag.tail)
                continue
            name, attributes = node.tag, node.attrib if len(node.attrib) else None
            if isinstance(name, str) and self.enter(node, name, attributes):
                waiting.append((node, name, self._enter_region(name, attributes), iter(node)))
                self._open(node, name)
                if node.text:
                    say(node.text)
            elif node.tail:
                say(node.tail)
            node = None
