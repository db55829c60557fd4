"""Between the answers as they come and the history that they go into: what is known already is gathered, the rest goes
its way one by one, while the next pages are asked for.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType

from config.errors import WgwatchError
from crawler.answers import Answer
from crawler.history.derivation import Reader
from crawler.pipelines import Outcome
from crawler.quiet import Arrival, is_same, may_say_the_same
from storage.captures import Capture
from storage.pages import Page
from storage.sightings import content_type

log = logging.getLogger(__name__)

MOST_GATHERED = 100
LONGEST_WAIT = 0.25
"""Seconds that a gathered answer waits for company; what a crash loses of them is looked at again."""
AT_ONCE = 2 * (os.cpu_count() or 1) + 2
"""Answers of a host that are read and committed while it is asked on; each is held in memory."""


class Intake:
    """Takes the answers of one host in. Within `async with`; at its end all that was put is committed.

    `meet` says which are as known. `one` takes an answer in; `many` takes in those that are as known, and answers
    None for each that is for `one` after all. The first error of either ends the block and is raised by it.
    """

    def __init__(
        self,
        meet: Callable[[Answer], Awaitable[Arrival]],
        one: Callable[[Arrival], Awaitable[Outcome]],
        many: Callable[[Sequence[Arrival]], Awaitable[Sequence[Outcome | None]]],
        told: Callable[[Outcome], Awaitable[None]],
    ) -> None:
        self._meet = meet
        self._one = one
        self._many = many
        self._told = told
        self._tasks = asyncio.TaskGroup()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._gathered: list[Arrival] = []
        self._timer: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Intake:
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                await self._flush()
            elif self._timer is not None:
                self._timer.cancel()
            await self._tasks.__aexit__(kind, error, trace)
        except BaseExceptionGroup as errors:  # one error of ours is enough, and says it more plainly
            ours, others = errors.split(WgwatchError)
            if ours is None or others is not None:
                raise
            raise first_of(ours) from None

    async def put(self, answer: Answer) -> None:
        """Take an answer in; waits only where too much is under way."""
        arrival = await self._meet(answer)
        if arrival.is_known:
            await self._gather(arrival)
        else:
            await self._begin(arrival)

    async def _gather(self, arrival: Arrival) -> None:
        self._gathered.append(arrival)
        if len(self._gathered) >= MOST_GATHERED:
            await self._flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(LONGEST_WAIT, self._flush_soon)

    def _flush_soon(self) -> None:
        self._tasks.create_task(self._flush())

    async def _flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        arrivals, self._gathered = self._gathered, []
        if not arrivals:
            return
        for arrival, outcome in zip(arrivals, await self._many(arrivals), strict=True):
            if outcome is None:
                await self._begin(arrival)
            else:
                await self._told(outcome)

    async def _begin(self, arrival: Arrival) -> None:
        await self._room.acquire()
        self._tasks.create_task(self._take(arrival))

    async def _take(self, arrival: Arrival) -> None:
        try:
            await self._told(await self._one(arrival))
        finally:
            self._room.release()


async def meet(answer: Answer, page: Page, latest: Capture | None, reader: Reader) -> Arrival:
    """An answer beside what was known of its page when it was asked for."""
    same = is_same(answer, latest)
    if same or not may_say_the_same(answer, page, latest):
        return Arrival(answer, same)
    kind = content_type(answer.headers)
    try:
        # beside the thread that writes: nearly all of it is done by a parser that holds up no other
        outline = await asyncio.to_thread(reader.outline, answer.body, kind, answer.final_url)
    except Exception:  # an answer that trips us is for the close look, which sets it aside
        log.exception("%s", answer.url, extra={"page": answer.url})
        return Arrival(answer, is_known=False)
    return Arrival(answer, outline == page.outline, outline)


def first_of(errors: BaseExceptionGroup[WgwatchError]) -> WgwatchError:
    """One error of a group of ours."""
    error = errors.exceptions[0]
    return error if isinstance(error, WgwatchError) else first_of(error)
