"""Lines and table rows of a PDF into blocks: what one paragraph is, one item, one heading."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from crawler.documents.folding import fold
from crawler.documents.pdf_lines import Line
from crawler.documents.pdf_tables import Entry, Row, with_bare_tables
from crawler.documents.pdf_wrapping import (
    ADDRESS,
    MARK,
    is_broken_off,
    is_elsewhere,
    joined,
    marker_of,
    wraps,
)
from crawler.documents.text import SECTION_NAMES
from storage.document import Block, BlockKind, Link

NAMING = re.compile(r"[^\W\d_]{2}|^(?:19|20)\d\d$")
LARGER = 1.12
LONGEST_HEADING = 160
SHORT = 90


def blocks_of(entries: Sequence[Entry]) -> tuple[Block, ...]:
    """The blocks of a whole document, in the order of its entries."""
    entries = with_bare_tables(entries)
    lines = [entry for entry in entries if isinstance(entry, Line)]
    levels = _levels(lines)
    indents: list[float] = []
    blocks: list[Block] = []
    for group in _groups(entries, levels, _usual_gap(lines)):
        rows = [entry for entry in group if isinstance(entry, Row)]
        if rows:
            blocks.extend(_table(rows))
        else:
            blocks.append(_block([entry for entry in group if isinstance(entry, Line)], levels, indents))
    return tuple(block for block in blocks if block.text)


def _levels(lines: Sequence[Line]) -> dict[int, int]:
    """The level of every heading by the `id` of its line: larger letters, or bold where the text is not."""
    sizes = Counter[float]()
    weights = Counter[bool]()
    for line in lines:
        sizes[line.size] += len(line.text)
        weights[line.bold] += len(line.text)
    body, is_bold = max(sizes, key=lambda size: sizes[size], default=0.0), weights[True] > weights[False]
    larger = sorted({line.size for line in lines if line.size > body * LARGER}, reverse=True)
    ranks = {size: min(rank, 4) for rank, size in enumerate(larger, start=1)}
    return {id(line): level for line in lines if (level := _level(line, ranks, is_bold))}


def _level(line: Line, ranks: dict[float, int], is_bold: bool) -> int:
    text = line.text
    if len(text) > LONGEST_HEADING or not NAMING.search(text) or MARK.match(text) or "@" in text:
        return 0
    if line.size in ranks:
        return ranks[line.size]
    if text.casefold().strip(" :") in SECTION_NAMES:
        return 5
    return 5 if line.bold and not is_bold and len(text) <= SHORT and not text.endswith((".", ",", ";")) else 0


# -- what belongs together


def _usual_gap(lines: Sequence[Line]) -> float:
    """Between two lines of a paragraph, in points."""
    pairs = pairwise(lines)
    gaps = [
        b.top - a.bottom for a, b in pairs if a.size == b.size and -a.size < b.top - a.bottom < 1.2 * a.size
    ]
    return statistics.median_low(gaps) if gaps else 2.0


def _groups(entries: Sequence[Entry], levels: dict[int, int], usual: float) -> Iterator[list[Entry]]:
    group: list[Entry] = []
    for entry in entries:
        if group and not _goes_on(group, entry, levels, usual):
            yield group
            group = []
        group.append(entry)
    if group:
        yield group


def _goes_on(group: list[Entry], entry: Entry, levels: dict[int, int], usual: float) -> bool:
    last, first = group[-1], group[0]
    if isinstance(entry, Row) or isinstance(last, Row) or isinstance(first, Row):
        return isinstance(entry, Row) and isinstance(last, Row) and len(entry.cells) == len(last.cells)
    if levels.get(id(entry), 0) != levels.get(id(last), 0) or marker_of(entry.text):
        return False
    if is_elsewhere(last, entry):
        return is_broken_off(last.text, entry.text) and not levels.get(id(entry))
    if entry.top - last.bottom > usual + 0.4 * entry.size:
        return False
    if levels.get(id(entry)):
        return wraps(last, entry) or (entry.size == last.size and levels[id(entry)] < 5)
    if marker_of(first.text):
        return entry.x0 > first.x0 + 1 or wraps(last, entry)
    return wraps(last, entry) or abs(entry.x0 - last.x0) < 1.5 * entry.size


# -- blocks


def _block(lines: list[Line], levels: dict[int, int], indents: list[float]) -> Block:
    texts, links = joined(lines), _links(lines)
    level = levels.get(id(lines[0]), 0)
    place = lines[0].place
    if level and len(" ".join(texts)) <= LONGEST_HEADING:
        indents.clear()
        text = " ".join(texts)
        return Block(BlockKind.HEADING, text, (text,) if text else (), level, links, place=place)
    marker = marker_of(texts[0]) if texts else ""
    if marker:
        texts = (texts[0][len(marker) :], *texts[1:])
        return Block(BlockKind.ITEM, " ".join(texts), texts, _depth(indents, lines[0].x0), links, place=place)
    indents.clear()
    return Block(BlockKind.PARAGRAPH, " ".join(texts), texts, 0, links, place=place)


def _depth(indents: list[float], x0: float) -> int:
    while indents and indents[-1] >= x0 - 2:
        indents.pop()
    indents.append(x0)
    return len(indents)


def _links(lines: Sequence[Line]) -> tuple[Link, ...]:
    """The links on the lines, one over several lines once, and the addresses that the text shows."""
    found: dict[str, Link] = {}
    for link in (link for line in lines for link in line.links):
        known = found.get(link.target)
        found[link.target] = Link(fold(f"{known.text} {link.text}"), link.target) if known else link
    text = " ".join(joined(lines))
    return (*found.values(), *_shown(text, {_bare(target) for target in found}))


def _shown(text: str, known: set[str]) -> Iterator[Link]:
    for match in ADDRESS.finditer(text):
        shown = match.group().rstrip(".,;:")
        if _bare(shown) not in known:
            yield Link(shown, shown if "://" in shown else f"mailto:{shown}")


def _bare(target: str) -> str:
    return re.sub(r"^(?:mailto:|https?://)/*", "", target, flags=re.I).rstrip("/").casefold()


# -- tables


def _table(rows: list[Row]) -> Iterator[Block]:
    headers = rows[0].texts if _is_header(rows) else ()
    headers = tuple(" ".join(text.split()) for text in headers)
    for row in rows:
        cells = row.texts
        if headers and tuple(" ".join(cell.split()) for cell in cells) == headers:
            continue
        lines = tuple(line for cell in cells for line in cell.split("\n") if line)
        links = (*row.links, *_shown(row.text, {_bare(link.target) for link in row.links}))
        yield Block(
            BlockKind.ROW, " ".join(lines), lines, links=links, cells=cells, headers=headers, place=row.place
        )


def _is_header(rows: list[Row]) -> bool:
    """The first row names the columns: short words, bold where the others are not, or without their figures."""
    first, others = rows[0], rows[1:]
    if not others or not all(0 < len(text) <= 40 for text in first.texts):
        return False
    if first.bold and not others[0].bold:
        return True
    figures = re.compile(r"[\d@]")
    return not figures.search(first.text) and sum(bool(figures.search(row.text)) for row in others) * 2 > len(
        others
    )
