"""Tables of plain text: lines whose columns are set apart by blanks or tabs."""

from __future__ import annotations

import re
from collections.abc import Sequence

GAP = re.compile(r"\t+| {3,}|(?<=\S)  (?=\S)")
PIPED_RULE = re.compile(r"\s*\|?(?:\s*:?-{2,}:?\s*\|)*\s*:?-{2,}:?\s*\|?\s*")
LEAST_COLUMNS, MOST_COLUMNS = 3, 10
LEAST_ROWS = 2


def aligned_rows(lines: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The cells of each line where all have the same number of columns, three or more; else nothing."""
    rows = tuple(tuple(GAP.split(line.strip())) for line in lines) if len(lines) >= LEAST_ROWS else ()
    widths = {len(row) for row in rows}
    if len(widths) != 1 or not LEAST_COLUMNS <= min(widths) <= MOST_COLUMNS:
        return ()
    return tuple(tuple(cell.strip() for cell in row) for row in rows)


def piped_rows(lines: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The cells of a Markdown table, its columns' names first; else nothing."""
    if len(lines) < 3 or PIPED_RULE.fullmatch(lines[1]) is None or not all("|" in line for line in lines):
        return ()
    rows = tuple(tuple(cell.strip() for cell in line.strip().strip("|").split("|")) for line in lines)
    return (rows[0], *rows[2:])
