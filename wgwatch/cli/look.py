"""Commands that look and tell: check, run, dispatch."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from wgwatch.cli import opening
from wgwatch.cli.finding import checked_pages
from wgwatch.cli.output import as_json, counted, note, print_json

if TYPE_CHECKING:
    from crawler.pipelines import Outcome
    from notifier.dispatch import Report
    from wgwatch.application import Application


@click.command("check")
@click.argument("what", nargs=-1, metavar="[SOURCE|GROUP|URL ...]")
@click.option("--no-send", is_flag=True, help="Leave planning and sending to a running service.")
@as_json
def check_command(what: tuple[str, ...], no_send: bool, as_json: bool) -> None:
    """Look once, now; then send what is due. Exits 1 when a page was blocked, failed or looks broken."""
    from wgwatch.applying import apply
    from wgwatch.checking import check

    application = opening.application()
    apply(application.database, application.watchlist(), application.clock())
    with application.database.read() as connection:
        pages = checked_pages(connection, what)
    progress = _Progress(len(pages), silent=as_json)
    checked = asyncio.run(check(application, pages, progress.show, send=not no_send))
    if as_json:
        print_json([_json(outcome) for outcome in checked.outcomes])
    else:
        _summary(checked.outcomes)
    _say(checked.report)
    sys.exit(1 if checked.bad else 0)


@click.command("run")
def run_command() -> None:
    """Keep looking and telling: schedule, checks and sending in one process."""
    import logging

    from wgwatch.service import Service

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for noisy in ("apscheduler", "scrapy", "asyncio", "httpx"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    application = opening.application()
    application.watchlist()  # a bad file is told before anything begins
    asyncio.run(_run(application, Service))


@click.command("dispatch")
@click.option("--once", is_flag=True, help="Send all that waits for company or is due, and end.")
def dispatch_command(once: bool) -> None:
    """Plan what is open and send what is due, beside a running service or alone; until stopped."""
    from wgwatch.checking import keep_sending, send_all

    application = opening.application()
    if not once:
        asyncio.run(keep_sending(application, _say))
        return
    report = asyncio.run(send_all(application, close=True))
    _say(report)
    sys.exit(1 if report.problems else 0)


async def _run(application: Application, service: type) -> None:
    await service(application).run()


class _Progress:
    """A line a page, as its outcome is known."""

    def __init__(self, total: int, *, silent: bool) -> None:
        self._total = total
        self._done = 0
        self._silent = silent

    async def show(self, outcome: Outcome) -> None:
        self._done += 1
        self._total += len(outcome.found)
        if self._silent:
            return
        counts = ", ".join(counted(n, kind) for kind, n in (outcome.counts or {}).items() if n)
        said = "; ".join(outcome.reasons) or counts
        click.echo(f"[{self._done}/{self._total}] {outcome.outcome:9} {outcome.page}  {said}".rstrip())
        for change in outcome.changes:
            click.echo(f"          {change.kind}: {change.summary}")


def _summary(outcomes: tuple[Outcome, ...]) -> None:
    words = ("baseline", "changed", "unchanged", "suspect", "blocked", "failed")
    counted = {word: sum(o.outcome == word for o in outcomes) for word in words}
    click.echo(", ".join(f"{n} {word}" for word, n in counted.items() if n) or "no page is watched")


def _say(report: Report) -> None:
    if report.sent:
        note(f"{counted(report.sent, 'message')} sent")
    if report.waiting:
        note(f"{report.waiting} not sent yet, to be tried again:")
    if report.dead:
        note(f"{report.dead} given up (wgwatch deliveries list --state dead):")
    for problem in report.problems:
        note(f"  {problem}")


def _json(outcome: Outcome) -> dict[str, object]:
    return {
        "page": outcome.page,
        "url": outcome.url,
        "outcome": outcome.outcome,
        "reasons": list(outcome.reasons),
        "counts": outcome.counts,
        "changes": [change.to_json() for change in outcome.changes],
    }
