"""Commands that make one database of another: db copy, backup, restore."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from config.errors import UsageError
from wgwatch.cli import opening
from wgwatch.cli.output import as_json, counted, print_json


@click.command("copy")
@click.option(
    "--to", "to", required=True, metavar="URL", help="The new database: sqlite:///PATH or postgresql://..."
)
@as_json
def copy_command(to: str, as_json: bool) -> None:
    """Copy everything into another database, SQLite or PostgreSQL, with all ids.

    Interrupted, it goes on where it was when it is given once more; until it is done, nothing else uses the new
    database. At the end every row of both is compared. Stop wgwatch run before.
    """
    from wgwatch.copying import copy

    application = opening.application()
    with _bar() as on_pass:
        copied = copy(application, database_url(to, "--to"), on_pass)
    rows = sum(copied.rows.values())
    if as_json:
        print_json(
            {"database": copied.target, "rows": copied.rows, "chains": copied.chains, "passes": copied.passes}
        )
        return
    click.echo(f"{rows:,} rows in {copied.target}, equal to those of {application.database.name}")
    click.echo(f"{counted(copied.chains, 'page')} with a chain of looks; wgwatch verify checks it there")
    click.echo("Next: set WGWATCH_DATABASE_URL to it, and run no wgwatch on the old one: both would tell.")


def database_url(text: str, option: str) -> str:
    """As in the setting. Raises UsageError."""
    from config.setting_values import parse

    try:
        return str(parse("database_url", text, Path.cwd()))
    except UsageError as error:
        raise UsageError(f"{option}: {error}") from None


@contextmanager
def _bar() -> Iterator[Callable[[int, int], Callable[[int], None]]]:
    """A bar for each pass, on standard error; without a terminal a line when a pass begins."""
    with ExitStack() as shown:

        def on_pass(number: int, rows: int) -> Callable[[int], None]:
            shown.close()
            label = f"{'copying' if number == 1 else 'comparing'} {rows:,} rows"
            bar = click.progressbar(length=max(rows, 1), label=label, file=sys.stderr)
            return shown.enter_context(bar).update

        yield on_pass
