"""Rows as CSV (RFC 4180) that opens in a spreadsheet by a double click, and runs nothing there."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from diffing.payload import in_json

FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What a cell begins with that a spreadsheet would run; some read the wide forms of East Asia too."""
LONGEST = 32_767
"""Characters of a cell: Excel takes no more, and breaks the row at what is over. What is cut ends in an ellipsis."""


def table_of(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """One line a row, a column for every field that any of them has, in the order of their first appearance.

    UTF-8 with the mark by which Excel knows it. What a spreadsheet would run as a formula gets an apostrophe before
    it: pages are written by others. Lists are joined with "; ", times stand in ISO 8601.
    """
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cut(_cell(row.get(name))) for name in columns])
    return out.getvalue().encode("utf-8-sig", "replace")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return in_json(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "; ".join(map(_cell, value))
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_cell(said)}" for name, said in value.items() if said is not None)
    return _harmless(value) if isinstance(value, str) else str(value)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _harmless(text: str) -> str:
    kept = "".join(c for c in text if c >= " " or c in "\t\r\n")
    return f"'{kept}" if kept.startswith(FORMULA) else kept
