"""Characters on a page of a PDF into lines, in the order in which a person reads: columns one after the other."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from crawler.documents.folding import fold

Char = dict[str, Any]

BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.I)
SPACE = 0.18
"""Between two letters, in letter sizes: what is wider is a space."""
WIDE = 1.0
"""What is wider parts two columns or cells."""
LEADERS = re.compile(r"\s*(?:\.\s?){5,}\s*")
LEAST_ROWS = 6
DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a line that no wide gap parts. Measures are points from the top left of the page."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    bold: bool
    first_word: float
    """The width of its first word, by which one tells whether it would have fitted into the line above."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line as read; `right` is where its column ends."""

    pieces: tuple[Piece, ...]
    left: float = 0.0
    right: float = 0.0
    place: int = 0
    links: tuple[Any, ...] = field(default=())

    @property
    def text(self) -> str:
        return fold(LEADERS.sub(" ", " ".join(piece.text for piece in self.pieces)))

    @property
    def x0(self) -> float:
        return self.pieces[0].x0

    @property
    def x1(self) -> float:
        return self.pieces[-1].x1

    @property
    def top(self) -> float:
        return min(piece.top for piece in self.pieces)

    @property
    def bottom(self) -> float:
        return max(piece.bottom for piece in self.pieces)

    @property
    def size(self) -> float:
        return max(self.pieces, key=lambda piece: len(piece.text)).size

    @property
    def bold(self) -> bool:
        return all(piece.bold for piece in self.pieces)


def lines_of(chars: Iterable[Char], left: float, right: float) -> list[Line]:
    """The lines of the characters, between the edges of the text; those of columns after one another."""
    rows = [row for row in map(_pieces, _rows(chars)) if row]
    return _ordered(rows, left, right, 0)


def _rows(chars: Iterable[Char]) -> list[list[Char]]:
    """Characters that stand on one line; raised ones with the line that they are raised from."""
    rows: list[tuple[float, float, list[Char]]] = []
    for char in sorted(chars, key=lambda c: (-round(c["bottom"] - c["top"]), c["top"])):
        middle = (char["top"] + char["bottom"]) / 2
        row = next((r for r in reversed(rows) if r[0] <= middle <= r[1]), None)
        if row is None:
            rows.append((char["top"], char["bottom"], [char]))
        else:
            row[2].append(char)
    rows.sort(key=lambda row: row[0])
    return [sorted(row[2], key=lambda c: (c["x0"], c["x1"])) for row in rows]


def _pieces(chars: Sequence[Char]) -> list[Piece]:
    """A row cut at its wide gaps. A letter printed twice in one place, to look bold, counts once."""
    groups: list[list[Char]] = []
    last: Char | None = None
    for char in chars:
        if char["text"].isspace():
            continue
        if last is not None and _is_again(last, char):
            continue
        if last is None or char["x0"] - last["x1"] > WIDE * max(last["size"], char["size"]):
            groups.append([])
        groups[-1].append(char)
        last = char
    return [_piece(group) for group in groups]


def _is_again(one: Char, other: Char) -> bool:
    return bool(one["text"] == other["text"] and abs(one["x0"] - other["x0"]) < 0.15 * one["size"])


def _piece(chars: Sequence[Char]) -> Piece:
    parts: list[str] = []
    first_end: float | None = None
    for before, char in zip([None, *chars], chars, strict=False):
        if before is not None and char["x0"] - before["x1"] > SPACE * min(before["size"], char["size"]):
            parts.append(" ")
            first_end = before["x1"] if first_end is None else first_end
        parts.append(char["text"])
    bold = sum(BOLD.search(char["fontname"]) is not None for char in chars) > 0.9 * len(chars)
    return Piece(
        "".join(parts),
        chars[0]["x0"],
        chars[-1]["x1"],
        min(char["top"] for char in chars),
        max(char["bottom"] for char in chars),
        round(statistics.median_low([char["size"] for char in chars]) * 2) / 2,
        bold,
        (first_end if first_end is not None else chars[-1]["x1"]) - chars[0]["x0"],
    )


# -- columns


def _ordered(rows: list[list[Piece]], left: float, right: float, depth: int) -> list[Line]:
    gutter = _gutter(rows) if depth < DEEPEST and len(rows) >= LEAST_ROWS else None
    if gutter is None:
        right = _end(rows, left, right)
        return [Line(tuple(row), left, right) for row in rows]
    lines: list[Line] = []
    band: list[list[Piece]] = []
    for row in rows:
        if any(piece.x0 < gutter < piece.x1 for piece in row):
            lines += _side_by_side(band, (left, gutter, right), depth)
            lines.append(Line(tuple(row), left, right))
            band = []
        else:
            band.append(row)
    return lines + _side_by_side(band, (left, gutter, right), depth)


def _end(rows: list[list[Piece]], left: float, right: float) -> float:
    """Where lines end: at the edge, unless several show by their own ends that it is before that."""
    last = max((row[-1].x1 for row in rows), default=right)
    near = sum(row[-1].x1 > last - 0.08 * (last - left) for row in rows)
    return min(last, right) if near >= 4 and near * 3 >= len(rows) else right


def _side_by_side(band: list[list[Piece]], edges: tuple[float, float, float], depth: int) -> list[Line]:
    left, gutter, right = edges
    sides = ([[p for p in row if (p.x0 >= gutter) is is_right] for row in band] for is_right in (False, True))
    first, second = ([row for row in side if row] for side in sides)
    edge = min((piece.x0 for row in second for piece in row), default=gutter)
    return _ordered(first, left, gutter, depth + 1) + _ordered(second, edge, right, depth + 1)


def _gutter(rows: list[list[Piece]]) -> float | None:
    """Where a blank strip parts most rows into two columns of running text, not into cells of a table."""
    parted = [row for row in rows if len(row) > 1]
    if len(parted) < LEAST_ROWS:
        return None
    tries = sorted({round(row[n].x0) - 2.0 for row in parted for n in range(1, len(row))})
    best = max(tries, key=lambda x: _count_parted(parted, x))
    if _count_parted(parted, best) < max(LEAST_ROWS, 0.4 * len(rows)):
        return None
    return best if _is_filled(parted, best) else None


def _count_parted(rows: list[list[Piece]], x: float) -> int:
    return sum(
        row[0].x1 < x <= row[-1].x1 and not any(piece.x0 < x < piece.x1 for piece in row) for row in rows
    )


def _is_filled(rows: list[list[Piece]], x: float) -> bool:
    """Running text fills its column line by line; cells are short, or of one word."""
    for side in (
        [[p for p in row if p.x1 < x] for row in rows],
        [[p for p in row if p.x0 >= x] for row in rows],
    ):
        lines = [row for row in side if row]
        widths = [row[-1].x1 - row[0].x0 for row in lines]
        if not widths or statistics.median(widths) < 0.7 * max(widths):
            return False
        if statistics.median(len(" ".join(p.text for p in row)) for row in lines) < 18:
            return False
    return True


def numbered(lines: Sequence[Line], page: int) -> list[Line]:
    """The lines with their places: page times 1000 and the number of the line."""
    return [replace(line, place=page * 1000 + min(n, 999)) for n, line in enumerate(lines, start=1)]
