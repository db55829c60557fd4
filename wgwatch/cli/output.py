"""What the command line prints: JSON for programs, aligned columns for people."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any

import click

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def print_json(value: Any, file: IO[str] | None = None) -> None:
    """A list of objects, or one object; times as ISO 8601 in UTC."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain), file)


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Aligned columns; those without a value are left out, and in a narrow terminal long texts are wrapped."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    filled = [i for i in range(len(headings)) if not rows or any(row[i] not in ("", "-") for row in rows)]
    table = Table(*(headings[i] for i in filled), box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(Text(_one_line(row[i]), overflow="fold") for i in filled))
    # into a file or pipe nothing is cut or wrapped
    Console(width=None if sys.stdout.isatty() else 10_000, highlight=False).print(table)


def counted(number: int, noun: str) -> str:
    """`1 page`, `2 pages`."""
    plural = noun if noun == "news" else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"


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
