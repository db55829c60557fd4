"""HTML into a Document: one walk over the tree, without recursion, in the order in which a person reads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag
from bs4.element import CData, NavigableString, PageElement

from crawler.documents.folding import fold
from crawler.documents.gather import Gatherer
from crawler.documents.markup import (
    BLOCKS,
    BOLD,
    HEADINGS,
    LISTS,
    MASKED,
    Region,
    attribute,
    is_data_table,
    is_dropped,
    region_of,
)
from storage.document import BlockKind, Document

XML_START = re.compile(r"\s*<\?xml\b[^>]{0,400}>")


def read_html(text: str, url: str | None = None) -> Document:
    """A page's text as a Document. Never raises on broken markup."""
    soup = BeautifulSoup(_plain_start(text), "lxml")
    base = soup.find("base", href=True)
    walk = _Walk(Gatherer(text, url, attribute(base, "href") if isinstance(base, Tag) else ""))
    if soup.html:
        walk.over(soup.html)
    blocks = walk.gatherer.finish()
    shown = fold(soup.title.get_text()) if soup.title else ""
    title = shown or next((b.text for b in blocks if b.kind is BlockKind.HEADING), "")
    language = attribute(soup.html, "lang").strip().lower() or None if soup.html else None
    return Document(title, blocks, "html", language, tuple(walk.data))


def _plain_start(text: str) -> str:
    """Without an XML declaration, and with a tag in any case: else bs4 warns of XML, of a file's name."""
    text = XML_START.sub(lambda found: "\n" * found.group().count("\n"), text, count=1)
    return text if "<" in text else f"<p>{text}"


class _Walk:
    """Turns entering and leaving elements into calls on the gatherer."""

    def __init__(self, gatherer: Gatherer) -> None:
        self.gatherer = gatherer
        self.data: list[str] = []
        self.regions: list[Region] = [Region.CONTENT]
        self.sectioning = 0

    def over(self, root: Tag) -> None:
        open_tags: list[tuple[Tag, Iterator[PageElement]]] = [(root, iter(root.contents))]
        while open_tags:
            tag, rest = open_tags[-1]
            for node in rest:
                if isinstance(node, Tag):
                    if self.enter(node):
                        open_tags.append((node, iter(node.contents)))
                        break
                elif type(node) is NavigableString or type(node) is CData:
                    self.gatherer.say(node)
            else:
                open_tags.pop()
                if open_tags:
                    self.leave(tag)

    def enter(self, tag: Tag) -> bool:
        """Whether to go into the element."""
        name = tag.name
        if name in {"script", "head"}:
            self._keep_data(tag)
        if is_dropped(tag):
            return False
        if tag.has_attr("data-cfemail"):
            self.gatherer.say_masked(MASKED)
            return False
        if label := attribute(tag, "aria-label"):
            self.gatherer.stand_in(label)
        self._enter_region(tag)
        self._open(tag, name)
        return True

    def _keep_data(self, tag: Tag) -> None:
        for script in [tag, *tag.find_all("script", recursive=False)]:
            if attribute(script, "type").lower().startswith("application/ld+json"):
                self.data.append(script.get_text().strip())

    def _enter_region(self, tag: Tag) -> None:
        region = region_of(tag, inside=self.sectioning > 0)
        self.sectioning += tag.name in {"main", "article", "section"}
        if region is not None:
            self.gatherer.flush()
            self.regions.append(region)
            self.gatherer.region = region

    def _open(self, tag: Tag, name: str) -> None:
        gatherer = self.gatherer
        if name == "br":
            gatherer.break_line()
        elif name == "img":
            gatherer.stand_in(attribute(tag, "alt"))
        elif name == "a":
            gatherer.open_link(attribute(tag, "href"))
        elif name in BOLD:
            gatherer.bold += 1
        elif name == "time":
            gatherer.tell_time(attribute(tag, "datetime"))
        elif name in HEADINGS:
            gatherer.open_block(BlockKind.HEADING, HEADINGS[name])
        elif name == "pre":
            gatherer.boundary()
            gatherer.preformatted += 1
        elif name in LISTS:
            gatherer.open_list()
        elif name == "table":
            gatherer.open_table(is_data_table(tag))
        elif name in {"tr", "td", "th"} and gatherer.table is not None:
            gatherer.open_cell(name, attribute(tag, "colspan"), attribute(tag, "rowspan"))
        elif name in ENTRIES:
            gatherer.open_block(ENTRIES[name], gatherer.depth)
        elif name in BLOCKS:
            gatherer.boundary()

    def leave(self, tag: Tag) -> None:
        self._close(tag, tag.name)
        if (
            region_of(tag, inside=self.sectioning - (tag.name in {"main", "article", "section"}) > 0)
            is not None
        ):
            self.gatherer.flush()
            self.regions.pop()
            self.gatherer.region = self.regions[-1]
        self.sectioning -= tag.name in {"main", "article", "section"}

    def _close(self, tag: Tag, name: str) -> None:
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
        elif name in {"tr", "td", "th"} and gatherer.table is not None:
            gatherer.close_cell(name)
        elif name in BLOCKS:
            gatherer.boundary()


ENTRIES = {"li": BlockKind.ITEM, "dt": BlockKind.TERM, "dd": BlockKind.DEFINITION}
