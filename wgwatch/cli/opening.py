"""This process's parts for one command, closed when the command ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from wgwatch.cli import output

if TYPE_CHECKING:
    from wgwatch.application import Application


def application() -> Application:
    """From the environment and the current folder. Raises ConfigError."""
    from wgwatch.application import Application

    opened = Application.load()
    click.get_current_context().call_on_close(opened.close)
    return opened


def log(opened: Application, *, beside_words: bool = False) -> None:
    """Log in the form that is set until the command ends. `beside_words` is for a command that speaks to people:
    with JSON the log takes the place of its remarks, else they stand alone.
    """
    from wgwatch.logs import logging_as, unsaid

    root, form = click.get_current_context().find_root(), opened.settings.log_format
    root.meta[output.LOGGED] = form == "json"
    speaks = beside_words and form == "text"
    root.with_resource(unsaid("notifier.dispatch") if speaks else logging_as(form))
