"""This process's parts for one command, closed when the command ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from wgwatch.application import Application


def application() -> Application:
    """From the environment and the current folder. Raises ConfigError."""
    from wgwatch.application import Application

    opened = Application.load()
    click.get_current_context().call_on_close(opened.close)
    return opened
