"""Gathers what a walk over a page meets into blocks."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from urllib.parse import urljoin

from crawler.documents.folding import fold, is_skip_link
from crawler.documents.markup import Region
from crawler.documents.places import Places
from crawler.documents.protection import MASKED, PROTECTED, settled
from crawler.documents.tables import Table
from storage.document import Block, BlockKind, Link

DATE_LINE = re.compile(
    r"\b(?:updated?|modified|revised|reviewed|last edited|last changed|actualizaci[oó]n|actualizado"
    r"|atualiza\w+|mise à jour|aktualisiert|stand:|cập nhật)|更新|업데이트|최종 ?수정",
    re.I,
)
SPACES = re.compile(r"\s+")
SHORT = 90


class Gatherer:
    """Holds the text of the block being read and the blocks so far.

    What has no text of its own (a picture's alternative, an empty `<time>`) goes to the next block that has.
    """

    def __init__(self, source: str, url: str | None, base: str) -> None:
        self.base = _join(url or "", base) if base else url or ""
        self.places = Places(source)
        self.blocks: list[Block] = []
        self.frames: list[tuple[BlockKind, int]] = [(BlockKind.PARAGRAPH, 0)]
        self.region = Region.CONTENT
        self.table: Table | None = None
        self.depth = self.bold = self.preformatted = 0
        self.started = 1
        self.parts: list[str] = []
        self.said_bold = self.said_plain = False
        self.links: list[Link] = []
        self.times: list[str] = []
        self.alternatives: list[str] = []
        self.anchor: str | None = None
        self.anchor_from = 0

    # -- text

    def say(self, text: str) -> None:
        is_blank = not text or text.isspace()
        if self.preformatted or not text:
            self.parts.append(text)
        else:
            self.parts.append(" " if is_blank else SPACES.sub(" ", text))
        if is_blank:
            return
        self.places.meet(text)
        if not self.said_bold and not self.said_plain:
            self.started = self.places.line
        if self.bold > 0:
            self.said_bold = True
        else:
            self.said_plain = True

    def say_masked(self, code: str) -> None:
        """An address that Cloudflare shows as `[email protected]`."""
        self.say(f" {MASKED} ")
        self.links.append(Link(MASKED, settled(_join(self.base, f"{PROTECTED}#{code}"))))

    def break_line(self) -> None:
        self.parts.append("\n")

    def stand_in(self, text: str) -> None:
        if text := fold(text):
            self.alternatives.append(text)

    def tell_time(self, when: str) -> None:
        if when := fold(when):
            self.times.append(when)

    def open_link(self, href: str) -> None:
        self.close_link()
        href = href.strip()
        if not href or href.startswith("#") or href.lower().startswith(("javascript:", "data:")):
            return
        self.anchor, self.anchor_from = settled(_join(self.base, href)), len(self.parts)

    def close_link(self) -> None:
        self._take_link()
        self.anchor = None

    def _take_link(self) -> None:
        if self.anchor is None:
            return
        text = fold("".join(self.parts[self.anchor_from :]))
        self.anchor_from = 0
        if text or not any(link.target == self.anchor for link in self.links[-1:]):
            self.links.append(Link(text, self.anchor))

    # -- blocks

    def open_block(self, kind: BlockKind, level: int) -> None:
        if self.table is not None:
            self.break_line()
        else:
            self.flush()
        self.frames.append((kind, level if kind in {BlockKind.HEADING, BlockKind.ITEM} else 0))

    def close_block(self) -> None:
        self.boundary() if self.table is not None else self.flush()
        if len(self.frames) > 1:
            self.frames.pop()

    def open_list(self) -> None:
        self.break_line() if self.table is not None else self.flush()
        self.depth += 1

    def close_list(self) -> None:
        self.boundary()
        self.depth -= 1

    def boundary(self) -> None:
        """The edge of a block: a new line within an entry of a list or a table, else a new block."""
        if self.table is not None or self.frames[-1][0] is not BlockKind.PARAGRAPH:
            self.break_line()
        else:
            self.flush()

    def flush(self) -> None:
        if self.table is not None:
            return
        self._take_link()
        said = "".join(self.parts)
        lines = tuple(filter(None, map(fold, said.split("\n")))) if said and not said.isspace() else ()
        self.parts.clear()
        plain, self.said_bold, self.said_plain = self.said_plain or not self.said_bold, False, False
        if not lines:
            return
        kind, level = self.frames[-1]
        if kind is BlockKind.PARAGRAPH and not plain and _is_like_heading(lines):
            kind, level = BlockKind.HEADING, 5
        self._add(kind, level, lines)

    def _add(self, kind: BlockKind, level: int, lines: tuple[str, ...]) -> None:
        text = " ".join(lines)
        if not self._is_said_here(kind, text):
            self._forget()
            return
        self._append(kind, text, lines, level)

    def _is_said_here(self, kind: BlockKind, text: str) -> bool:
        """The frame of a page speaks of the site; of its foot only the page's date is kept."""
        if is_skip_link(text):
            return False
        if self.region is Region.FOOT:
            return len(text) < 2 * SHORT and DATE_LINE.search(text) is not None
        return self.region is not Region.HEAD or kind in {BlockKind.HEADING, BlockKind.PARAGRAPH}

    def _forget(self) -> None:
        self.links.clear()
        self.times.clear()
        self.alternatives.clear()

    # -- tables

    def open_table(self, is_data: bool) -> None:
        self.boundary()
        if self.table is None and is_data and self.region is Region.CONTENT:
            self.flush()
            self.table = Table()

    def open_cell(self, name: str, colspan: str, rowspan: str) -> None:
        if self.table is None:
            return
        if name == "tr":
            self.close_cell("tr")
            return
        self.close_cell(name)
        self.parts.clear()
        self.anchor_from = 0
        self.table.open(name == "th", colspan, rowspan)

    def close_cell(self, name: str) -> None:
        if self.table is None:
            return
        if self.table.is_open:
            self._take_link()
            self.table.close("\n".join(filter(None, map(fold, "".join(self.parts).split("\n")))))
            self.parts.clear()
            self.anchor_from = 0
        if name == "tr" and (row := self.table.end_row()) is not None:
            self._add_row(*row)

    def _add_row(self, cells: tuple[str, ...], headers: tuple[str, ...]) -> None:
        lines = tuple(line for cell in cells for line in cell.split("\n") if line)
        self.said_bold = self.said_plain = False
        if lines:
            self._append(BlockKind.ROW, " ".join(lines), lines, 0, cells, headers)

    def _append(
        self,
        kind: BlockKind,
        text: str,
        lines: tuple[str, ...],
        level: int,
        cells: tuple[str, ...] = (),
        headers: tuple[str, ...] = (),
    ) -> None:
        links, times, alternatives = tuple(self.links), tuple(self.times), tuple(self.alternatives)
        self.blocks.append(
            Block(kind, text, lines, level, links, cells, headers, times, alternatives, self.started)
        )
        if links or times or alternatives:
            self._forget()

    def close_table(self) -> None:
        if self.table is None:
            self.boundary()
            return
        self.close_cell("tr")
        self.table = None

    def finish(self) -> tuple[Block, ...]:
        """All blocks; what still waits for one (a last link, a last time) goes to the last."""
        self.close_table()
        self.flush()
        if self.blocks and (self.links or self.times or self.alternatives):
            last = self.blocks.pop()
            self.blocks.append(
                replace(
                    last,
                    links=(*last.links, *self.links),
                    times=(*last.times, *self.times),
                    alternatives=(*last.alternatives, *self.alternatives),
                )
            )
        return tuple(self.blocks)


def _is_like_heading(lines: tuple[str, ...]) -> bool:
    return len(lines) == 1 and len(lines[0]) <= SHORT and not lines[0].endswith((".", ",", ";"))


@lru_cache(maxsize=4096)
def _join(base: str, href: str) -> str:
    """The absolute target; the menus of a site are met again and again."""
    try:
        return urljoin(base, href) if base else href
    except ValueError:
        return href
