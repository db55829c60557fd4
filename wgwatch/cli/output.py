"""What the command line prints: JSON for programs, aligned columns for people."""

from __future__ import annotations

import json
import shutil
import sys
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def print_json(value: Any) -> None:
    """A list of objects, or one object; times as ISO 8601 in UTC."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as needed; the widest gives way where the terminal is narrow."""
    cells = [[_one_line(cell) for cell in row] for row in (headings, *rows)]
    widths = [max(_width(row[i]) for row in cells) for i in range(len(headings))]
    room = _room() - 2 * (len(widths) - 1)
    while sum(widths) > room and max(widths) > 16:
        widths[widths.index(max(widths))] -= 1
    for row in cells:
        line = "  ".join(_fit(cell, width) for cell, width in zip(row, widths, strict=True))
        click.echo(line.rstrip())


def _room() -> int:
    """A terminal's width; into a file or pipe nothing is cut."""
    if not sys.stdout.isatty():
        return 10_000
    return max(shutil.get_terminal_size((110, 24)).columns, 60)


def note(text: str) -> None:
    """A remark beside the data, on standard error."""
    click.echo(text, err=True)


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        from diffing.payload import in_json

        return in_json(value)
    raise TypeError(type(value).__name__)


def _one_line(text: str) -> str:
    return "".join(" " if unicodedata.category(c).startswith("C") else c for c in text)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _fit(text: str, width: int) -> str:
    if _width(text) > width:
        kept = ""
        for character in text:
            if _width(kept + character) >= width:
                break
            kept += character
        text = f"{kept}…"
    return text + " " * (width - _width(text))
