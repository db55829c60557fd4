"""What the command line prints: JSON for programs, aligned columns for people."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any

import click

LOGGED = "wgwatch.is_logged"
"""Where a command notes, in its context, that its remarks go into a log of JSON."""

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def print_json(value: Any, file: IO[str] | None = None) -> None:
    """A list of objects, or one object; times as ISO 8601 in UTC."""
    click.echo(json_text(value), file)


def json_text(value: Any) -> str:
    """As `print_json` prints it."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain)


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Aligned columns; those without a value are left out, and in a narrow terminal long texts are wrapped."""
    from rich.cells import cell_len
    from rich.console import Console

    filled = [i for i in range(len(headings)) if not rows or any(row[i] not in ("", "-") for row in rows)]
    lines = [[_one_line(row[i]) for i in filled] for row in (headings, *rows)]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    if sys.stdout.isatty() and sum(widths) + 2 * len(widths) - 2 > Console().width:
        _print_wrapped(lines)
        return
    shown = [  # by hand: rich needs seconds for a thousand rows
        "  ".join(cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True))
        for line in lines
    ]
    click.echo("\n".join((click.style(shown[0].rstrip(), bold=True), *map(str.rstrip, shown[1:]))))


def _print_wrapped(lines: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*lines[0], box=None, pad_edge=False, header_style="bold")
    for line in lines[1:]:
        table.add_row(*(Text(cell, overflow="fold") for cell in line))
    Console(highlight=False).print(table)


def counted(number: int, noun: str) -> str:
    """`1 page`, `2 pages`."""
    plural = noun if noun == "news" else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"


def size_in_words(size: float) -> str:
    """`4.1 MB`."""
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def note(text: str) -> None:
    """A remark beside the data, on standard error; where the log is JSON, a warning in it."""
    if is_logged():
        import logging

        logging.getLogger("wgwatch").warning("%s", text)
    else:
        click.echo(text, err=True)


def is_logged() -> bool:
    """Whether the command writes a log of JSON, beside which nothing else may stand on standard error."""
    context = click.get_current_context(silent=True)
    return bool(context and context.meta.get(LOGGED))


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        from diffing.payload import in_json

        return in_json(value)
    raise TypeError(type(value).__name__)


def _one_line(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(" " if unicodedata.category(c).startswith("C") else c for c in text)
