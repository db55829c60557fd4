"""The parts of `run` for several processes or machines: schedule, work."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from config.errors import UsageError
from wgwatch.cli import opening

if TYPE_CHECKING:
    from wgwatch.application import Application

HOSTS_AT_ONCE = 50


@click.command("schedule")
def schedule_command() -> None:
    """Put what is due into the queue for workers; until stopped. Bring the watchlist in. Needs PostgreSQL."""
    application = _on_postgresql("schedule")
    application.watchlist()  # a bad file is told before anything begins
    asyncio.run(_schedule(application))


@click.command("work")
@click.option(
    "--hosts",
    type=click.IntRange(1),
    default=HOSTS_AT_ONCE,
    help="Hosts to look at at once.",
    show_default=True,
)
def work_command(hosts: int) -> None:
    """Look at what the queue says is due, beside other workers; until stopped. Needs PostgreSQL."""
    asyncio.run(_work(_on_postgresql("work"), hosts))


def _on_postgresql(command: str) -> Application:
    """The parts, with a log. Raises UsageError on SQLite: it is for one process."""
    application = opening.application()
    opening.log(application)
    if application.settings.database_url.startswith("sqlite"):
        raise UsageError(
            f"wgwatch {command} needs PostgreSQL, and WGWATCH_DATABASE_URL names SQLite, which is for one process: "
            "use wgwatch run, or move to PostgreSQL with wgwatch db copy --to URL"
        )
    return application


async def _schedule(application: Application) -> None:
    from wgwatch.running.scheduler import Scheduler

    await Scheduler(application).run()


async def _work(application: Application, hosts: int) -> None:
    from wgwatch.running.worker import Worker

    await Worker(application, hosts).run()
