"""The command that answers with web pages alone: serve."""

from __future__ import annotations

import asyncio
import logging
import math
import signal
from typing import TYPE_CHECKING

import click

from config.errors import UsageError
from wgwatch.cli import opening
from wgwatch.cli.output import is_logged

if TYPE_CHECKING:
    from wgwatch.application import Application


@click.command("serve")
def serve_command() -> None:
    """The web pages alone, until stopped; `run` has them too. At WGWATCH_WEB_ADDRESS."""
    application = opening.application()
    opening.log(application)
    _ = application.existing_database
    if application.settings.web_address is None:
        raise UsageError("WGWATCH_WEB_ADDRESS is off: there is nothing to serve")
    asyncio.run(_serve(application))


async def _serve(application: Application) -> None:
    from wgwatch.running.endpoints import Endpoints
    from wgwatch.running.health import Pulse
    from wgwatch.running.metrics import Tally
    from wgwatch.web.access.door import checked_address
    from wgwatch.web.app import web_app
    from wgwatch.web.server import keep_what_is_loaded, listening

    stopping, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    pulse = Pulse()
    pulse.expect("serve", math.inf)
    endpoints = Endpoints(application.database, pulse, Tally(), application.clock)
    address = checked_address(application)
    async with listening(web_app(application, endpoints), address) as where:
        if is_logged():
            logging.getLogger("wgwatch").info("web pages at %s", where)
        else:
            click.echo(f"web pages at {where} (Ctrl-C stops)")
        keep_what_is_loaded()
        with pulse.run("serve"):
            await stopping.wait()
