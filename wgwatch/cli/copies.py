"""Commands that make one database of another: db copy, backup, restore."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from config.errors import UsageError
from wgwatch.cli import opening
from wgwatch.cli.holding import print_waiting, waiting_json
from wgwatch.cli.output import as_json, counted, note, print_json, size_in_words


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
    from wgwatch.keeping.copying import copy

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


@click.command("backup")
@click.argument("path", type=click.Path(path_type=Path))
@as_json
def backup_command(path: Path, as_json: bool) -> None:
    """Write database, watchlist and profiles into one file, checked; wgwatch may go on meanwhile.

    PATH is the file, or a folder, which gets a file with the time in its name. Passwords, tokens and what else lets
    somebody in is left out. wgwatch restore brings it back, into SQLite or PostgreSQL.
    """
    from wgwatch.backups.making import backup

    application = opening.application()
    if path.is_dir():
        path /= f"wgwatch-{application.clock():%Y-%m-%dT%H-%M-%SZ}.backup.zip"
    with _bar() as on_pass:
        manifest = backup(application, path, on_pass)
    if as_json:
        print_json({"path": str(path), **manifest.model_dump(by_alias=True)})
        return
    size = size_in_words(path.stat().st_size)
    click.echo(
        f"{path}: {sum(manifest.rows.values()):,} rows of {counted(manifest.chains, 'page')}, {size}, checked"
    )
    for remark in manifest.remarks:
        note(f"Note: {remark}")


@click.command("restore")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--to", "to", metavar="URL", help="Into this database; without it, the one of the settings.")
@click.option("--replace", is_flag=True, help="Even if the database holds something: it is lost.")
@as_json
def restore_command(path: Path, to: str | None, replace: bool, as_json: bool) -> None:
    """Bring a backup back into an empty database. Nothing is sent until it is released.

    What it says would go out was waiting when the backup was made, and may have been sent since.
    """
    from wgwatch.backups.restoring import restore

    application = opening.application()
    url = database_url(to, "--to") if to else application.settings.database_url
    with _bar() as on_pass:
        restored = restore(application, path, url, on_pass, replace=replace)
    if as_json:
        print_json(
            {
                "database": restored.database,
                "backup": restored.manifest.model_dump(by_alias=True),
                "files": [str(file) for file in restored.files],
                "waiting": waiting_json(restored.waiting),
            }
        )
        return
    click.echo(f"{restored.database} is {restored.manifest.name} again")
    for file in restored.files:
        click.echo(f"wrote {file}")
    for remark in restored.manifest.remarks:
        note(f"Note: {remark}")
    print_waiting(restored.waiting)
    click.echo("Nothing is sent until wgwatch deliveries release.")


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
