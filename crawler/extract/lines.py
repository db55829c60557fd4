"""Blocks as single lines, each with the links that stand in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from storage.document import Block, BlockKind, Link


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a block: `index` is the block's in its part, `number` the line's in its block."""

    text: str
    index: int
    number: int
    block: Block
    links: tuple[Link, ...] = ()

    @property
    def is_heading(self) -> bool:
        return self.block.kind is BlockKind.HEADING

    @property
    def place(self) -> int:
        """Its line in the source; within a text file the lines of a block follow each other."""
        return self.block.place + self.number if self.block.place else 0

    @property
    def link(self) -> str | None:
        """Where the line leads: its first link to a page."""
        return next((link.target for link in self.links if not link.target.startswith("mailto:")), None)


def lines_of(blocks: Iterable[Block], start: int = 0) -> Iterator[Line]:
    """Every line of every block; a table row is given by its own readers and comes as one line here."""
    for index, block in enumerate(blocks, start=start):
        yield from lines_of_block(block, index)


def lines_of_block(block: Block, index: int) -> list[Line]:
    texts = (block.text,) if block.kind is BlockKind.ROW else block.lines or (block.text,)
    if len(texts) == 1:
        return [Line(texts[0], index, 0, block, block.links)]
    links: list[list[Link]] = [[] for _ in texts]
    at = 0
    for link in block.links:
        at = next((n for n in range(at, len(texts)) if link.text and link.text in texts[n]), at)
        links[at].append(link)
    return [Line(text, index, n, block, tuple(links[n])) for n, text in enumerate(texts)]
