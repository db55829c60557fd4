"""How the demo looks on a terminal: numbered headings, labelled lines, mails behind a bar."""

from __future__ import annotations

import shutil
from textwrap import wrap

import click

INDENT = 3
LABEL = 11
COLORS = {"changed": "green", "baseline": "green", "blocked": "yellow", "unchanged": "cyan"}


def say(text: str = "") -> None:
    """A paragraph, as wide as the terminal."""
    for line in wrap(text, _width()) or [""]:
        click.echo(line)


def heading(text: str) -> None:
    """What comes next, after an empty line."""
    click.echo()
    click.secho(text, bold=True)


def labelled(label: str, text: str) -> None:
    """`   changed    43rd SMEWG moved ...`; further lines stand under the first."""
    lines = wrap(text, _width() - INDENT - LABEL) or [""]
    head = click.style(label.ljust(LABEL), fg=COLORS.get(label))
    click.echo(" " * INDENT + head + lines[0])
    for line in lines[1:]:
        click.echo(" " * (INDENT + LABEL) + line)


def quoted(text: str) -> None:
    """Somebody else's text as it is, behind a bar."""
    bar = " " * (INDENT + LABEL) + click.style("│", dim=True)
    for line in text.strip().splitlines():
        click.echo(f"{bar} {line}".rstrip())


def command(text: str) -> None:
    """A line that a user would type."""
    click.echo(click.style("$ ", dim=True) + click.style(text, bold=True))


def _width() -> int:
    return max(60, min(110, shutil.get_terminal_size((110, 24)).columns))
