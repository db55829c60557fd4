"""Where answers are looked at: a few in the thread at hand, many in processes of their own.

So the event loop, and what else it serves, stays quick while hundreds of pages are read. A process that dies (a
crash in a parser, the system short of memory) takes only the answer with it that it was reading.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import partial
from pathlib import Path

from crawler.looks import Load, Looked, Question, look_at

FEW = 4
"""So many answers at once are looked at in the thread: starting a process takes as long as reading twenty pages."""
MANY, LATELY = 10, 5.0
"""More answers than this within so many seconds are many, also where they come one by one."""
RECYCLED = 500
"""Answers after which a process is replaced by a new one, whatever its libraries hold on to."""
ROOM = 1 << 30
"""Bytes that a process may take beside what it begins with."""
IDLE = 60.0
"""Seconds without work after which the processes are let go."""


class PastWanted(Exception):
    """The guard asks for the bytes of the page's past, which were not sent along."""


class NoProcess(Exception):
    """The system lets us begin none."""


class Desk:
    """Looks at answers. `close` ends its processes; it may be used again afterwards."""

    def __init__(self, size: int | None = None) -> None:
        self._size = size or os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None
        self._under_way = 0
        self._lately: deque[float] = deque(maxlen=MANY)
        self._idle: asyncio.TimerHandle | None = None

    async def look(self, question: Question, load: Load, thread: Executor) -> Looked:
        """Look at an answer; `load` and what is done at hand run in `thread`. Raises what looking raised, and
        BrokenProcessPool where this very answer ends its process.
        """
        self._under_way += 1
        try:
            if self._pool is None and self._are_few():
                return await asyncio.get_running_loop().run_in_executor(thread, look_at, question, load)
            try:
                return await self._look_elsewhere(question, load, thread)
            except NoProcess:
                return await asyncio.get_running_loop().run_in_executor(thread, look_at, question, load)
        finally:
            self._under_way -= 1
            if self._under_way == 0:
                self._rest()

    def close(self) -> None:
        """Let the processes go."""
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    async def _look_elsewhere(self, question: Question, load: Load, thread: Executor) -> Looked:
        try:
            return await self._submit(partial(_look_without_past, question))
        except PastWanted:
            past = await asyncio.get_running_loop().run_in_executor(thread, load)
            return await self._submit(partial(_look_with_past, question, past))

    async def _submit(self, work: Callable[[], Looked]) -> Looked:
        """In one of the processes. Where they broke it may have been another's fault: once more, alone."""
        pool = self._pool = self._pool or _processes(self._size)
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, work)
        except BrokenProcessPool:
            if self._pool is pool:
                self.close()
            return await _alone(work)

    def _are_few(self) -> bool:
        now = asyncio.get_running_loop().time()
        is_slow = len(self._lately) < MANY or now - self._lately[0] > LATELY
        self._lately.append(now)
        return self._under_way <= FEW and is_slow

    def _rest(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        if self._pool is not None:
            self._idle = asyncio.get_running_loop().call_later(IDLE, self._let_go)

    def _let_go(self) -> None:
        if self._under_way == 0:
            self.close()


def _processes(size: int) -> ProcessPoolExecutor:
    """Forked from a clean server, not from us: our threads and connections stay ours."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return ProcessPoolExecutor(size, context, initializer=_begin, max_tasks_per_child=RECYCLED)


async def _alone(work: Callable[[], Looked]) -> Looked:
    """In a process of its own. Raises BrokenProcessPool where the work ends it, NoProcess where none can begin."""
    loop = asyncio.get_running_loop()
    pool = _processes(1)
    try:
        try:
            await loop.run_in_executor(pool, os.getpid)
        except BrokenProcessPool as error:
            raise NoProcess from error
        return await loop.run_in_executor(pool, work)
    finally:
        pool.shutdown(wait=False)


def _begin() -> None:
    """Bound this process, and end it with the one that it works for, however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then lets us go
    threading.Thread(target=_follow_parent, daemon=True).start()
    with suppress(ImportError, ValueError, OSError):  # not POSIX, or the system limits it already
        import resource

        taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (taken + ROOM, taken + ROOM))


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _look_without_past(question: Question) -> Looked:
    def load() -> bytes | None:
        raise PastWanted

    return look_at(question, load)


def _look_with_past(question: Question, past: bytes | None) -> Looked:
    return look_at(question, lambda: past)
