"""Entries as columns of plain text: label, was or now, value, further lines hanging under it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from rich.cells import cell_len

from notifier.writing.entries import LONGEST_LABEL, Entry, Row
from notifier.writing.values import shortened

WIDTH = 98
"""Columns of the text part; within what mail programs show without wrapping again."""

WIDEST_CELL = 34
"""Of a table's columns but the last, which wraps."""


def columns(entries: Iterable[Entry]) -> str:
    """A section's entries; labels of the same depth share one column width."""
    shown = list(entries)
    width = max((len(row.label) for entry in shown for row in entry.rows), default=0)
    return "\n".join(line for entry in shown for line in _entry(entry, min(width, LONGEST_LABEL)))


def hanging(text: str, first: str, width: int = WIDTH) -> str:
    """`text` wrapped under `first`, every further line indented to where it began."""
    return textwrap.fill(
        text,
        width,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )


def table(rows: Iterable[Sequence[str]], heads: Sequence[str] = ()) -> str:
    """Cells in columns under their heads; the last of a row is wrapped within its column."""
    shown = [tuple(row) for row in (heads, *rows) if row]
    columns = list(zip(*shown, strict=True))[:-1]
    widths = [min(max(map(cell_len, column)), WIDEST_CELL) for column in columns]
    return "\n".join(_cells(row, widths) for row in shown)


def _cells(row: Sequence[str], widths: Sequence[int]) -> str:
    start = "  "
    for cell, width in zip(row, widths, strict=False):
        shown = shortened(cell, width)
        start += shown + " " * (width + 2 - cell_len(shown))
    return hanging(row[-1], start)


def _entry(entry: Entry, width: int) -> list[str]:
    indent = "  "
    lines = [hanging(entry.title, indent)] if entry.title else []
    indent += "  " * bool(entry.title)
    for row in entry.rows:
        lines += _row(row, indent, width)
    value = len(indent) + (width + 2 if width else 0)
    return [*lines, *(hanging(note, " " * value) for note in entry.notes)]


def _row(row: Row, indent: str, width: int) -> list[str]:
    label = f"{row.label:<{width}}  " if width else ""
    lines = []
    for place, line in enumerate(row.lines):
        start = indent + (label if place == 0 else " " * len(label))
        lines.append(hanging(line.text, start + (f"{line.tag:<5}" if line.tag else "")))
    return lines
