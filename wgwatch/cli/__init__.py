"""The command line. Each command lives in a module that is imported when it is called; heavy libraries later still."""

from __future__ import annotations

from importlib import import_module
from typing import IO, Any

import click

from config.errors import WgwatchError
from wgwatch import __version__

COMMANDS = {
    "demo": "wgwatch.cli.demo",
    "init": "wgwatch.cli.declare",
    "validate": "wgwatch.cli.declare",
    "apply": "wgwatch.cli.declare",
    "add": "wgwatch.cli.adding",
    "remove": "wgwatch.cli.adding",
    "pause": "wgwatch.cli.adding",
    "resume": "wgwatch.cli.adding",
    "check": "wgwatch.cli.look",
    "run": "wgwatch.cli.look",
    "dispatch": "wgwatch.cli.look",
    "serve": "wgwatch.cli.web",
    "extract": "wgwatch.cli.read",
    "profile": "wgwatch.cli.profiles",
    "import": "wgwatch.cli.bring",
    "export": "wgwatch.cli.export",
    "alias": "wgwatch.cli.aliases",
    "reparse": "wgwatch.cli.reparse",
    "events": "wgwatch.cli.records",
    "contacts": "wgwatch.cli.records",
    "projects": "wgwatch.cli.records",
    "news": "wgwatch.cli.records",
    "groups": "wgwatch.cli.records",
    "search": "wgwatch.cli.search",
    "changes": "wgwatch.cli.changes",
    "show": "wgwatch.cli.changes",
    "captures": "wgwatch.cli.pages",
    "page": "wgwatch.cli.pages",
    "diff": "wgwatch.cli.diff",
    "noise": "wgwatch.cli.noise",
    "subscriptions": "wgwatch.cli.subscriptions",
    "deliveries": "wgwatch.cli.deliveries",
    "status": "wgwatch.cli.status",
    "verify": "wgwatch.cli.keep",
    "prune": "wgwatch.cli.keep",
    "redact": "wgwatch.cli.keep",
    "db": "wgwatch.cli.status",
}
"""Which module holds a command, in the order in which `--help` lists them."""


class Failure(click.ClickException):
    """An error of ours as the command line shows it: one clear text."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"wgwatch: {self.message}", file=file, err=True)


class Commands(click.Group):
    """Commands that are imported when they are asked for."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except WgwatchError as error:
            failure = Failure(str(error))
            failure.exit_code = error.exit_code  # type: ignore[misc]  # click reads it from the instance
            raise failure from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command: click.Command = getattr(import_module(module), f"{cmd_name}_command")
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="wgwatch")
def cli() -> None:
    """Watch the web pages of working groups, keep every version, and hear what changed.

    Settings come from the environment (WGWATCH_*), what to watch from watchlist.yaml in this folder.
    Begin with: wgwatch demo, or wgwatch init.
    """


def main() -> None:
    """The program. Exit codes: 0 fine, 1 a problem was found, 2 wrong usage."""
    cli.main(prog_name="wgwatch")
