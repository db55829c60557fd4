"""What is asked for once in a while, in parts that workers do: the same functions as the commands of those names."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from config.errors import DamageError
from config.retention import Retention
from storage import pages
from storage.work import queued
from storage.work.queue import Queue
from wgwatch.application import Application

log = logging.getLogger("wgwatch")

REPARSE, PRUNE, VERIFY = "reparse", "prune", "verify"
PART = 20
"""Pages of which a part is made."""


@dataclass(frozen=True, slots=True)
class Chores:
    """The jobs as a worker does them. A part that fails stays in the queue as failed, and stands in `status`."""

    application: Application

    def jobs(self) -> dict[str, Callable[..., Awaitable[None]]]:
        """What is to be done for the jobs of each name."""
        return {REPARSE: self.reparse, PRUNE: self.prune, VERIFY: self.verify}

    async def reparse(self, page_ids: list[int], began_at: str, since: str | None, anyway: bool) -> None:
        """Read the past of some pages anew; their report belongs to the run that began then."""
        from wgwatch.keeping.reparse import Wanted, reparse

        wanted = Wanted(page_ids, datetime.fromisoformat(since) if since else None, anyway)
        application = self.application

        def work() -> int:
            begun = datetime.fromisoformat(began_at)
            done = reparse(application.database, application.reader_of, wanted, application.clock, begun)
            return sum(len(page.differences) for page in done)

        log.info(
            "reparse: %d pages, %d answers became different", len(page_ids), await asyncio.to_thread(work)
        )

    async def prune(self, rule: str, with_proof: bool) -> None:
        """Remove the bytes of old answers."""
        from wgwatch.keeping.pruning import prune

        application = self.application

        def work() -> int:
            rules, now = Retention.parse(rule), application.clock()
            database, reader_of = application.database, application.reader_of
            return sum(1 for _ in prune(database, reader_of, rules, now, with_proof=with_proof))

        log.info("prune: %d answers gone (kept: %s)", await asyncio.to_thread(work), rule)

    async def verify(self, page_ids: list[int]) -> None:
        """Check some pages. Raises DamageError where something is broken."""
        from wgwatch.keeping.verifying import verify

        application = self.application

        def work() -> list[str]:
            with application.database.read() as connection:
                wanted = pages.get_all(connection, page_ids)
            found = verify(application.database, application.reader_of, wanted)
            return [f"{problem.what} ({problem.page or problem.sha256})" for problem in found.problems]

        problems = await asyncio.to_thread(work)
        for problem in problems:
            log.error("BROKEN: %s", problem)
        if problems:
            raise DamageError("; ".join(problems))


def parts(page_ids: Sequence[int], **arguments: Any) -> list[dict[str, Any]]:
    """The arguments of a job for each part of the pages."""
    return [
        {"page_ids": list(page_ids[start : start + PART]), **arguments}
        for start in range(0, len(page_ids), PART)
    ]


async def put(application: Application, name: str, jobs: Sequence[dict[str, Any]]) -> None:
    """Put the parts of a chore into the queue; what failed of it before is trouble no more."""
    async with Queue(application.database) as queue:
        await asyncio.to_thread(_forget_failed, application, name)
        await queue.put_chores(name, jobs)


def _forget_failed(application: Application, name: str) -> None:
    with application.database.write() as connection:
        queued.forget_failed(connection, name)
