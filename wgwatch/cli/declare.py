"""Commands about the watchlist: init, validate, apply."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from config.errors import StorageError, UsageError
from wgwatch.cli import opening
from wgwatch.cli.output import as_json, counted, note, print_json

if TYPE_CHECKING:
    from wgwatch.application import Application


@click.command("init")
@click.argument("directory", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.option("--profile", help="What knows the groups: apec, or a file: ./my.yaml (from DIRECTORY).")
@click.option("--group", "groups", multiple=True, help="A group to watch, by key or acronym; several times.")
@click.option("--all", "all_groups", is_flag=True, help="Watch all groups of the profile.")
def init_command(directory: Path, profile: str | None, groups: tuple[str, ...], all_groups: bool) -> None:
    """Write a commented watchlist.yaml to begin with, and its schema for editors.

    It names the groups that --group and --all ask for; without them SMEWG of APEC.
    """
    from config import starter

    target = directory / "watchlist.yaml"
    if target.exists():
        raise UsageError(f"{target} is there already; it was left as it is")
    if groups and all_groups:
        raise UsageError("--group names some of the groups, --all means all of them: give one of the two")
    starter.write(directory, profile, "all" if all_groups else groups or None)
    click.echo(f"wrote {target} and {directory / starter.SCHEMA_NAME}")
    click.echo("Next: say in it what to watch and whom to tell, then wgwatch validate, then wgwatch check.")


@click.command("validate")
@as_json
def validate_command(as_json: bool) -> None:
    """Check watchlist and settings, and say them back as sentences."""
    from config.sentences import sentences, unheeded
    from wgwatch.browsing import unrendered
    from wgwatch.watching.added import ELSEWHERE

    application = opening.application()
    said = sentences(application.watchlist())
    elsewhere = _elsewhere(application)
    if as_json:
        print_json(
            [
                {"sentence": sentence, "origin": origin}
                for origin, sentence in (*(("watchlist", one) for one in said), *elsewhere)
            ]
        )
        return
    for sentence in said:
        click.echo(sentence)
    for origin, sentence in elsewhere:
        click.echo(f"{sentence} (added {ELSEWHERE[origin]})")
    click.echo(f"Kept in {application.settings.shown_database_url()}.")
    for remark in (*unheeded(application.last_good), *unrendered(application.last_good)):
        note(f"Note: {remark}")


@click.command("apply")
def apply_command() -> None:
    """Bring the watchlist into the database (check and run do it too)."""
    from wgwatch.watching.applying import apply

    application = opening.application()
    applied = apply(application.database, application.watchlist(), application.clock())
    added = f" ({applied.added} of them added elsewhere)" if applied.added else ""
    click.echo(
        f"{counted(applied.pages, 'page')} of {counted(applied.sources, 'source')} watched{added}, "
        f"{counted(applied.subscriptions, 'subscription')} to hear of changes"
    )


def _elsewhere(application: Application) -> list[tuple[str, str]]:
    """What the database holds beside the file, if there is one of this schema; nothing is changed in it.

    Raises ConfigError where the two contradict.
    """
    from storage.engine import SCHEMA, Database
    from wgwatch.watching.added import told_elsewhere
    from wgwatch.watching.applying import refuse_taken_names

    database = Database(application.settings.database_url)
    try:
        if not database.exists() or database.schema() != SCHEMA:
            return []
        with database.read() as connection:
            refuse_taken_names(connection, application.last_good)
            return told_elsewhere(connection)
    except StorageError as error:
        note(f"Note: what was added elsewhere is not known: {error}")
        return []
    finally:
        database.close()
