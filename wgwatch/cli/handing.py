"""Chores that are handed over to the workers of a cluster instead of being done at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from config.errors import UsageError
from wgwatch.cli.output import counted

if TYPE_CHECKING:
    from wgwatch.application import Application

by_workers: Callable[[Any], Any] = click.option(
    "--by-workers", is_flag=True, help="Leave it to wgwatch work, in parts (PostgreSQL)."
)


def hand_over(application: Application, name: str, jobs: Sequence[dict[str, Any]]) -> None:
    """Put them into the queue, and say so. Raises UsageError on SQLite."""
    from wgwatch.running.chores import put

    if application.database.is_sqlite:
        raise UsageError("--by-workers needs PostgreSQL: SQLite has no workers beside this process")
    asyncio.run(put(application, name, jobs))
    click.echo(f"{counted(len(jobs), 'part')} put into the queue for wgwatch work")
