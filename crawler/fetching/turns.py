"""Whose turn it is at a host: one request at a time, and a pause before the next, whoever in this process asks.

That is so within a crawl, between two crawls of a host, and at a host that a redirect led to. The round keeps what is
left of a pause in the database, so that it holds between processes, too.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta

Guest = Callable[[str], AbstractAsyncContextManager[None]]
"""Takes the lease of a host that a redirect led to, for the time of one request."""
PATIENCE = 10.0
"""Seconds that a request waits for its turn at a host that is not the crawl's own."""
LATER = timedelta(minutes=2)
"""When a page is looked at again whose redirect leads to a host that another process is busy with."""


class NotNow(Exception):
    """A request that has to wait so long, for a reason in words; nothing is wrong with the page."""

    def __init__(self, reason: str, wait: timedelta) -> None:
        super().__init__(reason)
        self.wait = wait


@dataclass(slots=True)
class Turn:
    """One request's turn. `size` is how many bytes came, once that is known."""

    size: int = 0


@dataclass(slots=True)
class _Host:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    crawls: int = 0
    crawl_delay: float = 0.0
    pause: float = 0.0
    begun: float = -math.inf

    @property
    def left(self) -> float:
        """Of the pause after the last request; a Crawl-delay that was read since lengthens it."""
        return max(self.begun + max(self.pause, self.crawl_delay) - time.monotonic(), 0.0)


@dataclass(slots=True)
class Turns:
    """The hosts that one process asks. Pauses are seconds, counted from one request's start to the next one's."""

    _hosts: defaultdict[str, _Host] = field(default_factory=lambda: defaultdict(_Host))

    def enter(self, host: str) -> None:
        """A crawl holds the host's lease from now on."""
        self._hosts[host].crawls += 1

    @asynccontextmanager
    async def leaving(self, host: str) -> AsyncIterator[None]:
        """In the block the crawl's lease is given back: no request of ours is under way there."""
        known = self._hosts[host]
        async with known.lock:
            known.crawls -= 1
            yield

    def rest(self, host: str, pause: float, left: float) -> None:
        """Take over what is left of a pause, but never more than the pause: clocks may be set back."""
        known = self._hosts[host]
        if (left := min(left, pause)) > known.left:
            known.pause, known.begun = pause, time.monotonic() + left - pause

    def slow_down(self, host: str, crawl_delay: float) -> None:
        """The pause that the host's robots.txt asks for."""
        self._hosts[host].crawl_delay = crawl_delay

    def pause_of(self, host: str) -> tuple[float, float]:
        """The pause after the last request to a host, and how much of it is left."""
        known = self._hosts[host]
        return max(known.pause, known.crawl_delay), known.left

    @asynccontextmanager
    async def take(
        self, host: str, delay: float, bandwidth: float | None = None, guest: Guest | None = None
    ) -> AsyncIterator[Turn]:
        """Wait for the host's turn; the block is the request. `bandwidth` is bytes a second.

        With `guest` a host that no crawl of ours holds is taken for the block. Raises NotNow where that would wait
        for long.
        """
        known = self._hosts[host]
        async with known.lock:
            is_guest = guest is not None and not known.crawls
            async with guest(host) if guest and is_guest else nullcontext():
                await _wait(known, PATIENCE if is_guest else None)
                known.begun, turn = time.monotonic(), Turn()
                try:
                    yield turn
                finally:
                    known.pause = max(delay, turn.size / bandwidth if bandwidth else 0.0)


async def _wait(known: _Host, patience: float | None) -> None:
    """Sleep through what is left of the pause. Raises NotNow where that takes too long."""
    if patience is not None and known.left > patience:
        raise NotNow("the host that it leads to is to be asked later", timedelta(seconds=known.left))
    await asyncio.sleep(known.left)
