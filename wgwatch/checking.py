"""One check as a person or cron asks for it: look now, plan, send what is due."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from crawler.pipelines import Outcome
from notifier.dispatch import Report
from notifier.planner import plan
from storage import pages
from storage.pages import Page
from wgwatch.application import Application

OnOutcome = Callable[[Outcome], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check came to."""

    outcomes: tuple[Outcome, ...]
    report: Report

    @property
    def bad(self) -> tuple[Outcome, ...]:
        """Pages that were blocked, failed, or look broken."""
        return tuple(o for o in self.outcomes if o.outcome in ("blocked", "failed", "suspect"))


async def check(
    application: Application, named: Sequence[Page], on_outcome: OnOutcome, *, send: bool = True
) -> Checked:
    """Look at the pages now; then, unless a running service is to do it, plan and send all that is open."""
    outcomes: list[Outcome] = []

    async def note(outcome: Outcome) -> None:
        outcomes.append(outcome)
        await on_outcome(outcome)

    wanted = list(named)
    while wanted:  # what links lead to is looked at in the same run, as deep as its source follows them
        looked = len(outcomes)
        await application.round().look(wanted, note)
        wanted = _found(application, outcomes[looked:])
    report = await send_all(application, close=True) if send else Report()
    return Checked(tuple(outcomes), report)


def _found(application: Application, outcomes: Sequence[Outcome]) -> list[Page]:
    found = {page_id for outcome in outcomes for page_id in outcome.found}
    with application.database.read() as connection:
        return [pages.get(connection, page_id) for page_id in sorted(found)]


async def send_all(application: Application, *, close: bool) -> Report:
    """Plan what is open and send what is due. With `close`, alerts wait for no company."""
    plan(application.database, application.rules(), application.clock(), close=close)
    async with application.post.dispatcher() as dispatcher:
        return await dispatcher.send_due()
