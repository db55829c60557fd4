"""The command that shows everything: demo."""

from __future__ import annotations

import shlex
import shutil
import sys
import tempfile
from pathlib import Path

import click

from config.errors import UsageError, WgwatchError


@click.command("demo")
@click.option(
    "--dir",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to keep watchlist and database; else a new temporary folder.",
)
def demo_command(directory: Path | None) -> None:
    """The whole loop on a local replica site, nothing to configure.

    A replica of a group's page goes through several editions, is watched, and tells by mail and webhook what
    changed. Uses this machine alone. Exits 1 when something did not come out as it should.
    """
    try:
        folder = _folder(directory)
        from wgwatch.demo.tour import tour

        tour(folder, _program())
    except OSError as error:  # a folder that cannot be written, a machine without a free port
        raise WgwatchError(f"the demo cannot go on: {error}") from error


def _folder(directory: Path | None) -> Path:
    if directory is None:
        return Path(tempfile.mkdtemp(prefix="wgwatch-demo-"))
    for name in ("wgwatch.db", "watchlist.yaml"):
        if (directory / name).exists():
            raise UsageError(f"{directory / name} is there already; give the demo a folder of its own")
    directory.mkdir(parents=True, exist_ok=True)
    return directory.resolve()


def _program() -> str:
    """How to call wgwatch from another folder: by its name only where the shell would find this one."""
    called = Path(sys.argv[0])
    if called.name != "wgwatch":
        return f"{shlex.quote(sys.executable)} -m wgwatch"
    found = shutil.which("wgwatch")
    if found and Path(found).resolve() == called.resolve():
        return "wgwatch"
    return shlex.quote(str(called.resolve()))
