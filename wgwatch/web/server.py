"""Answer over HTTP at an address of ours, in the loop at hand, until the block is left."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import anyio.to_thread
import uvicorn
from starlette.types import ASGIApp

from config.errors import ConfigError
from config.setting_values import Listen

WEB_ADDRESS = "WGWATCH_WEB_ADDRESS"
THREADS = 8
"""Pages that are made at once: each holds a connection to the database."""
BACKLOG = 100
PATIENCE = 2
"""Seconds that answers under way may take once we are to stop."""


class _Server(uvicorn.Server):
    """Signals are the business of the one who runs the loop: uvicorn would raise them anew when it ends."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def listening(app: ASGIApp, listen: Listen, setting: str = WEB_ADDRESS) -> AsyncIterator[str]:
    """Answer until the block is left; gives the address. Raises ConfigError, naming the setting, without it."""
    with _bound(listen, setting) as bound:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        server = _Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                lifespan="off",
                timeout_graceful_shutdown=PATIENCE,
            )
        )
        task = asyncio.create_task(server.serve(sockets=[bound]))
        try:
            yield f"http://{Listen(listen.host, bound.getsockname()[1])}"
        finally:
            server.should_exit = True
            await task


def keep_what_is_loaded() -> None:
    """Modules and tables stay as long as the process: a full garbage collection looks through them no more.

    It would hold up every answer for 70 ms each time.
    """
    gc.collect()
    gc.freeze()


@contextmanager
def _bound(listen: Listen, setting: str) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    # by its protocol's name: only then asyncio has what follows sent at once, not 40 ms later (Nagle's algorithm)
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as bound:
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind((listen.host, listen.port))
            bound.listen(BACKLOG)
        except OSError as error:
            why = os.strerror(error.errno) if error.errno else type(error).__name__
            raise ConfigError([f"{setting}: cannot listen at {listen}: {why}"]) from error
        yield bound
