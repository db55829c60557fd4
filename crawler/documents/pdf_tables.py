"""Tables of a PDF: rows between ruling lines, and lines whose pieces stand below one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crawler.documents.folding import fold
from crawler.documents.pdf_lines import Line
from crawler.documents.pdf_wrapping import is_elsewhere, joined, marker_of
from storage.document import Link

ALIGNED = 6.0
"""Points by which cells of a column may stand apart."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: the lines of each cell, its links, and where it begins."""

    cells: tuple[tuple[Line, ...], ...]
    links: tuple[Link, ...] = ()
    top: float = 0.0
    place: int = 0

    @property
    def text(self) -> str:
        return fold(" ".join(line.text for cell in self.cells for line in cell))

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple("\n".join(joined(cell)) for cell in self.cells)

    @property
    def bold(self) -> bool:
        return all(line.bold for cell in self.cells for line in cell)


Entry = Line | Row


def with_bare_tables(entries: Sequence[Entry]) -> list[Entry]:
    """Lines whose pieces stand below one another in columns become rows, as if ruled."""
    found: list[Entry] = []
    at = 0
    while at < len(entries):
        run = _run(entries, at)
        if run is None:
            found.append(entries[at])
            at += 1
        else:
            rows, at = run
            found.extend(rows)
    return found


def _run(entries: Sequence[Entry], start: int) -> tuple[Sequence[Entry], int] | None:
    head = entries[start]
    if not isinstance(head, Line) or len(head.pieces) < 2 or marker_of(head.text):
        return None
    rows: list[list[list[Line]]] = []
    at, last = start, head
    for entry in entries[start:]:
        if not isinstance(entry, Line) or (at > start and is_elsewhere(last, entry)):
            break
        if len(entry.pieces) == len(head.pieces) and _is_aligned(entry, head):
            rows.append([[replace(entry, pieces=(piece,))] for piece in entry.pieces])
        elif (columns := _columns(entry, head)) and entry.top - last.bottom < 0.7 * entry.size:
            for column, piece in zip(columns, entry.pieces, strict=True):
                rows[-1][column].append(replace(entry, pieces=(piece,)))
        else:
            break
        at, last = at + 1, entry
    if len(rows) < 3:
        return None
    if any(all("@" in cell[0].text for cell in cells) for cells in rows):
        return _one_by_one(rows), at
    return [_row(cells) for cells in rows], at


def _one_by_one(rows: list[list[list[Line]]]) -> list[Line]:
    """The columns after one another: with an address in each, they are lists side by side and no table."""
    columns = zip(*rows, strict=True)
    return [
        replace(line, left=rows[0][n][0].x0)
        for n, column in enumerate(columns)
        for cell in column
        for line in cell
    ]


def _row(cells: list[list[Line]]) -> Row:
    lines = [line for cell in cells for line in cell]
    links = tuple({link.target: link for line in lines for link in line.links}.values())
    return Row(tuple(tuple(cell) for cell in cells), links, lines[0].top, lines[0].place)


def _is_aligned(line: Line, head: Line) -> bool:
    pairs = zip(line.pieces, head.pieces, strict=True)
    return all(
        min(abs(a.x0 - b.x0), abs(a.x1 - b.x1), abs(a.x0 + a.x1 - b.x0 - b.x1) / 2) < ALIGNED
        for a, b in pairs
    )


def _columns(line: Line, head: Line) -> list[int] | None:
    """The columns that a line goes on in, not all of them and not the first."""
    starts = [piece.x0 for piece in head.pieces]
    found = [
        next((n for n, x0 in enumerate(starts) if abs(piece.x0 - x0) < ALIGNED), 0) for piece in line.pieces
    ]
    return found if all(found) and len(set(found)) == len(found) else None
