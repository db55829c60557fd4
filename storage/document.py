"""What an answer says, whatever its format: a Document is a run of blocks, cut into sections by its headings.

Readers of bytes (`crawler/documents`) make Documents; everything after them looks at nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class BlockKind(StrEnum):
    """What a block is in its page."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    """A list item."""
    ROW = "row"
    """A table row; its `cells` hold the texts, its `headers` what the columns are called."""
    TERM = "term"
    DEFINITION = "definition"


@dataclass(frozen=True, slots=True)
class Link:
    """A link as shown (`text`) and where it leads (`target`, absolute where the page's address is known)."""

    text: str
    target: str


@dataclass(frozen=True, slots=True)
class Block:
    """One block of text.

    `text` has white space folded to single spaces; `lines` keeps the lines that the page breaks it into
    (`<br>`, or the physical lines of a text file). `level` is 1 to 6 for headings, the depth (from 1) for
    list items, else 0. `place` is the line in the source, from 1. `times` are `datetime` attributes and
    `alternatives` are texts that stand for pictures (`alt`, `aria-label`), both part of what is read.
    """

    kind: BlockKind
    text: str
    lines: tuple[str, ...] = ()
    level: int = 0
    links: tuple[Link, ...] = ()
    cells: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    place: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the blocks under it up to the next heading. The first section of a page may have no heading."""

    heading: Block | None
    blocks: tuple[Block, ...]

    @property
    def title(self) -> str:
        return self.heading.text if self.heading else ""

    @property
    def level(self) -> int:
        return self.heading.level if self.heading else 0


@dataclass(frozen=True, slots=True)
class Document:
    """A page as blocks, in the order in which a person reads them. `data` holds embedded structured data as text."""

    title: str
    blocks: tuple[Block, ...]
    format: str = "html"
    language: str | None = None
    data: tuple[str, ...] = field(default=())

    def sections(self) -> Iterator[Section]:
        """Cut at every heading, whatever its level; nesting is told by `Section.level`."""
        heading: Block | None = None
        blocks: list[Block] = []
        for block in self.blocks:
            if block.kind is not BlockKind.HEADING:
                blocks.append(block)
                continue
            if heading is not None or blocks:
                yield Section(heading, tuple(blocks))
            heading, blocks = block, []
        if heading is not None or blocks:
            yield Section(heading, tuple(blocks))

    def digest(self) -> str:
        """SHA-256 (hex) of all that a reader uses: two answers with one digest need no second reading.

        Places in the source are left out: a comment above a list moves every line and says nothing.
        """
        blocks = [
            (b.kind, b.text, b.lines, b.level, b.cells, b.headers, b.times, b.alternatives, links_of(b))
            for b in self.blocks
        ]
        said = [self.title, self.format, self.language, self.data, blocks]
        text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def links_of(block: Block) -> list[tuple[str, str]]:
    """A block's links as pairs of text and target."""
    return [(link.text, link.target) for link in block.links]
