"""Commands that look and tell: check, run, dispatch."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from wgwatch.cli import opening
from wgwatch.cli.finding import checked_pages
from wgwatch.cli.output import as_json, counted, is_logged, note, print_json

if TYPE_CHECKING:
    from crawler.pipelines import Outcome
    from notifier.dispatch import Report
    from storage.pages import Page
    from wgwatch.application import Application
    from wgwatch.checking import Checked, OnOutcome


@click.command("check")
@click.argument("what", nargs=-1, metavar="[SOURCE|GROUP|URL ...]")
@click.option("--no-send", is_flag=True, help="Leave planning and sending to a running service.")
@click.option("-q", "--quiet", is_flag=True, help="Say only what went wrong.")
@as_json
def check_command(what: tuple[str, ...], no_send: bool, quiet: bool, as_json: bool) -> None:
    """Look once, now; then send what is due. Exits 1 when a page was blocked, failed or looks broken."""
    from wgwatch.browsing import unrendered
    from wgwatch.logs import log_outcome
    from wgwatch.progress import Run, view
    from wgwatch.watching.applying import apply

    application = opening.application()
    opening.log(application, beside_words=True)
    apply(application.database, application.watchlist(), application.clock())
    for remark in unrendered(application.last_good):
        note(f"Note: {remark}")
    with application.database.read() as connection:
        pages = checked_pages(connection, what)
    with view(live=sys.stdout.isatty(), quiet=quiet, silent=as_json) as shown:
        run = Run(len(pages), shown)

        async def take(outcome: Outcome) -> None:
            await run.take(outcome)
            if is_logged():
                await log_outcome(outcome)

        checked = asyncio.run(_check(application, pages, take, send=not no_send))
    if as_json:
        print_json([_json(outcome) for outcome in checked.outcomes])
    elif not quiet or checked.bad:
        click.echo(run.summary())
    _say(checked.report, quiet=quiet)
    _say_held(application)
    sys.exit(1 if checked.bad else 0)


@click.command("run")
def run_command() -> None:
    """Keep looking and telling: schedule, checks and sending in one process."""
    from wgwatch.browsing import unrendered
    from wgwatch.running.service import Service

    application = opening.application()
    opening.log(application)
    for remark in unrendered(application.watchlist()):  # a bad file is told before anything begins
        logging.getLogger("wgwatch").warning("%s", remark)
    _say_held(application)
    asyncio.run(_run(application, Service))


@click.command("dispatch")
@click.option("--once", is_flag=True, help="Send all that waits for company or is due, and end.")
def dispatch_command(once: bool) -> None:
    """Plan what is open and send what is due, beside a running service or alone; until stopped."""
    from wgwatch.checking import send_all
    from wgwatch.running.sender import Sender

    application = opening.application()
    opening.log(application, beside_words=True)
    application.rules()  # a bad watchlist is told before anything begins
    if not once:
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # that a job is still under way is no news
        asyncio.run(_keep_sending(application, Sender))
        return
    report = asyncio.run(send_all(application, close=True))
    _say(report)
    sys.exit(1 if _say_held(application) or report.problems else 0)


async def _run(application: Application, service: type) -> None:
    await service(application).run()


async def _keep_sending(application: Application, sender: type) -> None:
    await sender(application, _say).run()


async def _check(
    application: Application, pages: Sequence[Page], on_outcome: OnOutcome, *, send: bool
) -> Checked:
    """A check; then the heartbeat is heard, unless messages have not got out for long."""
    from storage.asking import overview
    from wgwatch.checking import check
    from wgwatch.running.alarm import sentence
    from wgwatch.running.heartbeat import heartbeat

    checked = await check(application, pages, on_outcome, send=send)
    with application.database.read() as connection:
        undelivered = overview.undelivered(connection, application.clock())
    for each in undelivered:
        note(sentence(each))
    async with heartbeat(application.settings) as beating:
        if beating and not undelivered:
            await beating.beat()
    return checked


def _say(report: Report, *, quiet: bool = False) -> None:
    if is_logged():  # which has each message by its id
        return
    if report.sent and not quiet:
        note(f"{counted(report.sent, 'message')} sent")
    if report.waiting:
        note(f"{report.waiting} not sent yet, to be tried again:")
    if report.dead:
        note(f"{report.dead} given up (wgwatch deliveries list --state dead):")
    for problem in report.problems:
        note(f"  {problem}")


def _say_held(application: Application) -> bool:
    """Whether sending is held; says so, as else silence would be taken for no news."""
    from storage.sending import holds

    with application.database.read() as connection:
        held = holds.held(connection)
    if held is not None:
        note(str(held))
    return held is not None


def _json(outcome: Outcome) -> dict[str, object]:
    return {
        "page": outcome.page,
        "url": outcome.url,
        "outcome": outcome.outcome,
        "reasons": list(outcome.reasons),
        "counts": outcome.counts,
        "changes": [change.to_json() for change in outcome.changes],
    }
