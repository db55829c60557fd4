"""The command doctor: is everything there, and does the process that runs here do its work?"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wgwatch.cli import opening
from wgwatch.cli.output import as_json, note, print_json

if TYPE_CHECKING:
    from config.settings import Settings
    from wgwatch.application import Application
    from wgwatch.doctor import Finding

ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - nothing is bound: where such a process is reached
PATIENCE = 5
"""Seconds that a process may take to answer."""


@click.command("doctor")
@click.option(
    "--alive", is_flag=True, help="Only ask the process that runs here whether it is well (health check)."
)
@as_json
def doctor_command(alive: bool, as_json: bool) -> None:
    """Look for what is wrong with this installation, and say what to do; nothing is changed or sent.

    Settings, watchlist, database, disk, permissions, clock, browser, mail server with login, names of webhooks. Exits 1
    where anything is not well. With --alive it asks /healthz of the wgwatch that these settings run.
    """
    import asyncio

    if alive:
        sys.exit(0 if _is_alive() else 1)
    findings = asyncio.run(_findings(opening.application(), shown=not as_json))
    if as_json:
        print_json([{**asdict(each), "ok": each.is_well} for each in findings])
    sys.exit(0 if all(each.is_well for each in findings) else 1)


async def _findings(application: Application, *, shown: bool) -> list[Finding]:
    from wgwatch.doctor import examine

    found = []
    async for finding in examine(application):
        found.append(finding)
        if shown:
            click.echo(f"{'ok     ' if finding.is_well else 'PROBLEM'}  {finding.about:9}  {finding.said}")
            if finding.remedy:
                click.echo(f"{'':20}-> {finding.remedy}")
    return found


def _is_alive() -> bool:
    from config.settings import Settings

    addresses = list(_addresses(Settings.load(os.environ, Path.cwd())))
    problems = [_problem(address) for address in addresses]
    if None in problems:
        return True
    note("; ".join(filter(None, problems)) or "neither WGWATCH_HEALTH_LISTEN nor WGWATCH_WEB_ADDRESS is set")
    return False


def _addresses(settings: Settings) -> Iterator[str]:
    """Where it answers, as seen from here."""
    from config.setting_values import Listen

    for listen in (settings.health_listen, settings.web_address):
        if listen is not None:
            host = ANYWHERE.get(listen.host, listen.host)
            yield str(Listen(host, listen.port))


def _problem(address: str) -> str | None:
    """None where the process there is well."""
    from http.client import HTTPConnection, HTTPException

    connection = HTTPConnection(address, timeout=PATIENCE)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        said = json.loads(answer.read(65536))
        return None if answer.status == 200 else f"{address}: {'; '.join(map(str, said['problems']))}"
    except (OSError, HTTPException, ValueError, KeyError, TypeError) as error:
        return f"{address}: no answer ({type(error).__name__})"
    finally:
        connection.close()
